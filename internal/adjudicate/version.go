package adjudicate

import (
	"fmt"

	"github.com/assize/assize/internal/claim"
)

// OtherVersion says that evidence was made for another contract, model or semantics than this engine's. It is found
// with errors.As; its kind is claim.Conflict. Such evidence is not wrong: another engine decides it.
type OtherVersion struct {
	Evidence claim.Versions
	Engine   claim.Versions
}

func (e *OtherVersion) Error() string {
	return fmt.Sprintf("evidence is of semantics %d, contract %x, model %x; this engine is semantics %d, contract %x, model %x",
		e.Evidence.Semantics, e.Evidence.Contract[:4], e.Evidence.Model[:4],
		e.Engine.Semantics, e.Engine.Contract[:4], e.Engine.Model[:4])
}

// admits returns an OtherVersion error unless the evidence was made for the engine. The snapshot is not compared:
// the profile that was taken from it lies in the evidence.
func admits(engine, evidence claim.Versions) error {
	if evidence.Semantics == engine.Semantics && evidence.Contract == engine.Contract && evidence.Model == engine.Model {
		return nil
	}
	return claim.Errorf(claim.Conflict, "%w", &OtherVersion{Evidence: evidence, Engine: engine})
}
