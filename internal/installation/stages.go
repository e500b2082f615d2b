package installation

import (
	"github.com/assize/assize/internal/intake"
	"github.com/assize/assize/workflows"
)

// Stage names a place between two steps, where a process may die: one of the desk's, of intake's, or of these.
type Stage = workflows.Stage

// Stages of an installation itself: start, checkpoint, stop.
const (
	StageEngines       Stage = "engines"       // engines of our own answer, nothing is migrated
	StageMigrating     Stage = "migrating"     // a migration of the main database has run, not committed
	StageKeysMigrating Stage = "keysMigrating" // a migration of the keys' database has run, not committed
	StageKeysMade      Stage = "keysMade"      // key files are there
	StageServing       Stage = "serving"       // the worker polls
	StageSigning       Stage = "signing"       // a head is signed, not yet in the checkpoint file
	StageSigned        Stage = "signed"        // in the file, the workflow does not know yet
	StageStopping      Stage = "stopping"      // the worker has stopped
	StageClosed        Stage = "closed"        // pools are closed, engines run
	StageStopped       Stage = "stopped"       // engines have stopped
)

// Stages lists every stage, in the order of a life: start, intake, adjudication, checkpoint, stop.
func Stages() []Stage {
	list := []Stage{StageEngines, StageMigrating, StageKeysMigrating, StageKeysMade, StageServing}
	for _, s := range intake.Stages() {
		list = append(list, Stage(s))
	}
	list = append(list, workflows.Stages()...)
	return append(list, StageSigning, StageSigned, StageStopping, StageClosed, StageStopped)
}

func (i *Installation) reach(stage Stage) {
	if i.options.Reach != nil {
		i.options.Reach(stage)
	}
}
