package workflows_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"go.temporal.io/api/history/v1"
	"go.temporal.io/api/temporalproto"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/workflows"
)

// histories lists the recorded runs. One is recorded for each branch of each workflow, by the test of package
// installation with -update.
func histories(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/histories/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no recorded histories: %v", err)
	}
	return files
}

func TestRecordedHistoriesReplay(t *testing.T) {
	for _, file := range histories(t) {
		t.Run(filepath.Base(file), func(t *testing.T) {
			replayer := worker.NewWorkflowReplayer()
			for _, w := range []any{workflows.AdjudicateBatch, workflows.AdjudicateClaim, workflows.ReviewClaim, workflows.SweepClocks} {
				replayer.RegisterWorkflow(w)
			}
			if err := replayer.ReplayWorkflowHistoryFromJSONFile(silent(), file); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestEveryBranchHasAHistory(t *testing.T) {
	want := []string{
		"batch", "batch_chunk_tried_again", "batch_empty", "batch_failed", "batch_run_1", "batch_run_2", "batch_run_3",
		"claim", "claim_store_away", "review", "review_over", "review_waits_then_denies", "sweep",
	}
	var got []string
	for _, file := range histories(t) {
		got = append(got, strings.TrimSuffix(filepath.Base(file), ".json"))
	}
	for _, name := range want {
		if !slices.Contains(got, name) {
			t.Errorf("no history is called %s", name)
		}
	}
}

// silent keeps what a failing replay would log out of the test's output.
func silent() log.Logger { return log.NewStructuredLogger(slog.New(slog.DiscardHandler)) }

// changed are the workflows with one step more, as a change without GetVersion would make them.
func changed(replayer worker.WorkflowReplayer) {
	name := func(n string) workflow.RegisterOptions { return workflow.RegisterOptions{Name: n} }
	replayer.RegisterWorkflowWithOptions(func(ctx workflow.Context, in workflows.BatchInput) (workflows.BatchResult, error) {
		return late(ctx, in, workflows.AdjudicateBatch)
	}, name("AdjudicateBatch"))
	replayer.RegisterWorkflowWithOptions(func(ctx workflow.Context, in workflows.ClaimInput) (workflows.Answer, error) {
		return late(ctx, in, workflows.AdjudicateClaim)
	}, name("AdjudicateClaim"))
	replayer.RegisterWorkflowWithOptions(func(ctx workflow.Context, in workflows.ReviewInput) (workflows.Answer, error) {
		return late(ctx, in, workflows.ReviewClaim)
	}, name("ReviewClaim"))
	replayer.RegisterWorkflowWithOptions(func(ctx workflow.Context, in workflows.SweepInput) (workflows.SweepResult, error) {
		return late(ctx, in, workflows.SweepClocks)
	}, name("SweepClocks"))
}

func late[In, Out any](ctx workflow.Context, in In, f func(workflow.Context, In) (Out, error)) (Out, error) {
	if err := workflow.Sleep(ctx, time.Second); err != nil {
		var none Out
		return none, err
	}
	return f(ctx, in)
}

func TestAChangedWorkflowIsNoticed(t *testing.T) {
	for _, file := range histories(t) {
		t.Run(filepath.Base(file), func(t *testing.T) {
			replayer := worker.NewWorkflowReplayer()
			changed(replayer)
			err := replayer.ReplayWorkflowHistoryFromJSONFile(silent(), file)
			if err == nil || !strings.Contains(err.Error(), "TMPRL1100") {
				t.Errorf("a step was added and the history replays: %v", err)
			}
		})
	}
}

func load(t *testing.T, file string) *history.History {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	h, err := client.HistoryFromJSON(f, client.HistoryJSONOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// harmless are the texts that may stand in a payload besides ids and times: names of activities, of events the short
// numbers, and of changes what workflow.GetVersion is given ("name", "name-1"), of which there are none yet.
var harmless = regexp.MustCompile(`^(AdjudicateOne|Sleep|[0-9]{1,3}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$`)

// revealing returns the texts of a payload that are not ids, times or harmless.
func revealing(value any) (found []string) {
	switch v := value.(type) {
	case map[string]any:
		for _, each := range v {
			found = append(found, revealing(each)...)
		}
	case []any:
		for _, each := range v {
			found = append(found, revealing(each)...)
		}
	case string:
		_, notTime := time.Parse(time.RFC3339Nano, v)
		if notTime != nil && !harmless.MatchString(v) {
			found = append(found, v)
		}
	}
	return found
}

// payloads returns the data of every payload of a history, wherever it stands.
func payloads(t *testing.T, h *history.History) (list [][]byte) {
	t.Helper()
	encoded, err := temporalproto.CustomJSONMarshalOptions{}.Marshal(h)
	if err != nil {
		t.Fatal(err)
	}
	var tree any
	if err := json.Unmarshal(encoded, &tree); err != nil {
		t.Fatal(err)
	}
	var walk func(value any)
	walk = func(value any) {
		switch v := value.(type) {
		case map[string]any:
			_, isPayload := v["metadata"]
			if text, ok := v["data"].(string); ok && isPayload {
				var data []byte
				if err := json.Unmarshal([]byte(fmt.Sprintf("%q", text)), &data); err != nil {
					t.Fatal(err)
				}
				list = append(list, data)
			}
			for _, each := range v {
				walk(each)
			}
		case []any:
			for _, each := range v {
				walk(each)
			}
		}
	}
	walk(tree)
	return list
}

// Promise 7: Temporal sees ids, counts and times.
func TestHistoriesHoldNoPersonalData(t *testing.T) {
	world, err := simulated()
	if err != nil {
		t.Fatal(err)
	}
	var personal []string
	for _, m := range world.Payer(1).Members { // of the same seed as those whose claims were recorded
		personal = append(personal, m.SubscriberNumber, m.Last+" ", m.First+" ", fmt.Sprint(int(m.BirthDate)))
	}
	for _, file := range histories(t) {
		t.Run(filepath.Base(file), func(t *testing.T) {
			list := payloads(t, load(t, file))
			if len(list) == 0 {
				t.Fatal("no payload was found")
			}
			for _, data := range list {
				var value any
				if err := json.Unmarshal(data, &value); err != nil {
					t.Errorf("a payload that is not JSON: %q", data)
				}
				if found := revealing(value); len(found) > 0 {
					t.Errorf("payload %s holds texts: %q", data, found)
				}
			}
			whole, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, text := range personal {
				if strings.Contains(string(whole), text) {
					t.Errorf("%q of a member stands in the history", text)
				}
			}
		})
	}
}

// The messages themselves have no room for personal data: ids, numbers, switches and nothing else.
func TestMessagesHoldIdsAndNumbersOnly(t *testing.T) {
	messages := []any{
		workflows.BatchInput{Batch: aBatch}, workflows.BatchProgress{}, workflows.BatchResult{}, workflows.ChunkInput{Batch: aBatch}, workflows.ChunkResult{},
		workflows.ClaimInput{Batch: aBatch, Claim: aClaim}, workflows.Answer{Claim: aClaim, Entry: aEntry}, workflows.ReviewInput{Claim: aClaim},
		workflows.ReviewRequest{Action: aClaim}, workflows.ReviewOutcome{}, workflows.SweepInput{}, workflows.SweepResult{}, claim.Instant(1),
	}
	for _, m := range messages {
		encoded, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		var value any
		if err := json.Unmarshal(encoded, &value); err != nil {
			t.Fatal(err)
		}
		if found := revealing(value); len(found) > 0 {
			t.Errorf("%T holds texts: %q", m, found)
		}
	}
}
