package main

import (
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/policies"
	"github.com/assize/assize/scoring"
)

// versionOf is what `version --json` prints.
type versionOf struct {
	Version   string `json:"version"`
	Go        string `json:"go"`
	Semantics int    `json:"semantics"`
	Contract  string `json:"contract"`
	Model     string `json:"model"`
}

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print the versions a decision depends on", Args: noArgs,
		Example: "  assize version --json",
		RunE: func(*cobra.Command, []string) error {
			v, err := versions()
			if err != nil {
				return err
			}
			if a.config.JSON {
				return a.printJSON(v)
			}
			a.table(func(row func(...any)) {
				row("assize", v.Version)
				row("go", v.Go)
				row("semantics", v.Semantics)
				row("embedded contract", v.Contract)
				row("embedded model", v.Model)
			})
			return nil
		},
	}
}

// versions names what a decision names: whoever asks why two machines decide differently compares these.
func versions() (versionOf, error) {
	v := versionOf{Semantics: claim.Semantics, Version: "(devel)"}
	if info, ok := debug.ReadBuildInfo(); ok {
		v.Go, v.Version = info.GoVersion, info.Main.Version
	}
	bundle, err := policies.Embedded()
	if err != nil {
		return v, err
	}
	model, err := scoring.EmbeddedModel()
	if err != nil {
		return v, err
	}
	v.Contract, v.Model = hexOf(bundle.Digest), hexOf(model.Digest())
	return v, nil
}
