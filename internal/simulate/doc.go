// Package simulate makes a world of payers, families, plans and providers, and the claims they send, with the truth
// about each claim kept beside it: what was wrong with it, which scheme it belongs to, which claim it repeats.
// Demonstration, load tests, model training and tests draw from it.
//
// It is not a model of any real population. Names, identifiers, prices and plan terms are invented. Procedure codes
// are bare codes without descriptors; which of them may stand together, and how often, is a small demonstration
// table with the shape of CMS's NCCI files.
//
// Everything follows from Options: equal options give equal bytes. Each purpose draws from a stream of its own, named
// by payer, purpose and claim number, so that a further draw for one purpose leaves the others as they were. A claim is a
// pure function of its number, which is how a duplicate is made long after its first copy without keeping that copy.
package simulate
