package cluster

import "syscall"

// childAttributes puts the child in a process group of its own, so that ^C on the terminal reaches us and we stop it in
// order, and lets the kernel signal it when the thread that forked it ends.
func childAttributes(credential *syscall.Credential, whenParentDies syscall.Signal) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: credential, Setpgid: true, Pdeathsig: whenParentDies}
}
