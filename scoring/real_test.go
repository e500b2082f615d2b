//go:build realfiles

package scoring

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
)

// sharedModels is a folder of real model files, beside the repository and not part of it: what reads it is built with the tag
// realfiles only.
const sharedModels = "../../shared/data/models"

// realModels names the real model files; there must be some.
func realModels(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(sharedModels + "/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no models in %s: %v", sharedModels, err)
	}
	return files
}

func TestDamagedRealTreesAreRefusedOrReadAlike(t *testing.T) {
	for _, file := range realModels(t) {
		damagedTrees(t, file)
	}
}

func TestRealModelsAreReadOrRefusedWithAReason(t *testing.T) {
	for _, file := range realModels(t) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		f, err := parseLightGBM(text)
		if err != nil {
			t.Errorf("%s: %v", filepath.Base(file), err)
			continue
		}
		sameAsLeaves(t, f, rand.New(rand.NewPCG(1, 1)))
		if err := sameFeatures("model", f.names); err == nil {
			t.Errorf("%s: features of another model were taken for ours", filepath.Base(file))
		}
	}
}
