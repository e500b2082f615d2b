package torture

import (
	"math/rand/v2"
	"time"

	"github.com/assize/assize/internal/installation"
	"github.com/assize/assize/internal/intake"
	"github.com/assize/assize/workflows"
)

// How says what dies at a fail point.
type How string

// Ways to die.
const (
	Kill         How = "kill"         // the process, by SIGKILL
	KillPostgres How = "killPostgres" // the postmaster, by SIGKILL
	QuitPostgres How = "quitPostgres" // the postmaster, by SIGQUIT: shut down at once, without a checkpoint
	KillBoth     How = "killBoth"     // the postmaster and then the process, by SIGKILL
	Interrupt    How = "interrupt"    // the process is asked to stop, in the middle of its work
	Tear         How = "tear"         // half a note is written to the checkpoint file, then the process, by SIGKILL
	Freeze       How = "freeze"       // nobody: a second process stands still, is taken for dead, and goes on as if nothing had been
)

// FailPoint is one place and way to die.
type FailPoint struct {
	Stage installation.Stage `json:"stage"`
	Nth   int                `json:"nth"`   // time the stage is reached, from 1
	How   How                `json:"how"`   // what dies
	After time.Duration      `json:"after"` // from reaching the stage; the death then falls between two stages
}

// span is a part of a child's life.
type span int

const (
	starting span = iota
	working
	reviewing
	closing
)

// spanOf tells when a stage is reached.
func spanOf(stage installation.Stage) span {
	switch stage {
	case installation.StageEngines, installation.StageMigrating, installation.StageKeysMigrating, installation.StageKeysMade,
		installation.StageServing:
		return starting
	case installation.StageStopping, installation.StageClosed, installation.StageStopped:
		return closing
	case workflows.StageReleased, workflows.StageReviewed, workflows.StageRevised:
		return reviewing
	default:
		return working
	}
}

// firstStart are the fail points of a folder's first start, in the order in which one folder passes them all: each death
// comes a little later than the one before.
func firstStart() []FailPoint {
	return []FailPoint{
		{Stage: installation.StageEngines, Nth: 1, How: Kill},
		{Stage: installation.StageMigrating, Nth: 1, How: Kill},
		{Stage: installation.StageMigrating, Nth: 2, How: KillPostgres},
		{Stage: installation.StageKeysMigrating, Nth: 1, How: KillBoth},
		{Stage: installation.StageKeysMade, Nth: 1, How: Kill},
		{Stage: installation.StageServing, Nth: 1, How: QuitPostgres},
	}
}

// NamedFailPoints returns a fail point at every stage that a life after the first start passes, in an order and with ways
// to die that the seed draws.
func NamedFailPoints(seed uint64) []FailPoint {
	random := rand.New(rand.NewPCG(seed, 1))
	var list []FailPoint
	for n, stage := range installation.Stages() {
		if spanOf(stage) == starting {
			continue // firstStart has them
		}
		list = append(list, FailPoint{Stage: stage, Nth: 1 + random.IntN(timesReached(stage)), How: wayFor(stage, n+int(seed%4))})
	}
	list = append(list,
		FailPoint{Stage: installation.StageMigrating, Nth: 1 + random.IntN(migrationsAnUpgrade), How: wayFor(installation.StageMigrating, random.IntN(5))},
		FailPoint{Stage: installation.StageSigning, Nth: 1, How: Tear},
		FailPoint{Stage: workflows.StageHead, Nth: 2, How: Interrupt},
		FailPoint{Stage: installation.Stage(intake.StageStaged), Nth: 1, How: Interrupt})
	random.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return list
}

// wayFor deals out the ways to die. With its engines stopped a process has no postmaster to kill.
func wayFor(stage installation.Stage, n int) How {
	if stage == installation.StageStopped {
		return Kill
	}
	return []How{Kill, KillPostgres, Kill, QuitPostgres, KillBoth}[n%5]
}

// timesReached is how often a stage is reached at least while one round works.
func timesReached(stage installation.Stage) int {
	switch stage {
	case installation.Stage(intake.StageNumbered), installation.Stage(intake.StageDocumented):
		return 4
	case installation.Stage(intake.StageStaged), installation.Stage(intake.StageAccepted), installation.StageSigning, installation.StageSigned,
		workflows.StagePlanned, workflows.StageUnstaged, workflows.StageCompleted:
		return 2
	default:
		if spanOf(stage) == working {
			return 4 // chunks
		}
		return 1
	}
}

// randomFailPoint draws a moment of work, anywhere: at a stage, or a little after it.
func randomFailPoint(random *rand.Rand) FailPoint {
	list := NamedFailPoints(random.Uint64())
	point := list[random.IntN(len(list))]
	point.How = []How{Kill, Kill, KillPostgres, QuitPostgres, KillBoth, Interrupt}[random.IntN(6)]
	switch {
	case point.Stage == installation.StageStopped:
		point.How = Kill
	case point.Stage == installation.StageSigning && random.IntN(2) == 0:
		point.How = Tear
	case spanOf(point.Stage) == closing && point.How == Interrupt:
		point.How = Kill // it is stopping already
	}
	if point.How != Tear && random.IntN(3) > 0 {
		point.After = time.Duration(random.Int64N(int64(longestAfter)))
	}
	return point
}

// freezePoint draws a moment at which a worker stands still: at a stage of a chunk or of what completes a batch, or after it,
// which may be in the middle of a statement.
func freezePoint(random *rand.Rand) FailPoint {
	list := []installation.Stage{installation.StageSigning}
	for _, stage := range workflows.Stages() {
		if spanOf(stage) == working {
			list = append(list, stage)
		}
	}
	point := FailPoint{Stage: list[random.IntN(len(list))], Nth: 1, How: Freeze}
	if random.IntN(2) > 0 {
		point.After = time.Duration(random.Int64N(int64(longestAfter)))
	}
	return point
}

// longestAfter is the most a random death comes after its stage: a few stages later.
const longestAfter = 60 * time.Millisecond
