//go:build !linux

package cluster

import "syscall"

// childAttributes puts the child in a process group of its own. There is no parent-death signal here: stopOrphan ends at the
// next start what a killed process left behind.
func childAttributes(credential *syscall.Credential, _ syscall.Signal) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: credential, Setpgid: true}
}
