// Package archtest holds the house rules as tests: who imports whom, what every package and exported name says about itself,
// how long a function and a file may be, and what may not appear in the source at all.
//
// It has no code of its own to import. Each finding names the file, the rule and what to do. A rule that stands in
// the way is changed here, in the open, with its reason, and not worked around.
package archtest
