package simulate

// specialty is a field of practice, which decides what a provider bills.
type specialty struct {
	taxonomy      string   // National Uniform Claim Committee code
	name          string   // as part of an invented practice name
	weight        int      // share of the billing providers
	practitioners int      // most practitioners of one group; 0: the organisation itself renders
	schemes       []Scheme // those it can run
}

const (
	family = iota
	internist
	pediatrics
	cardiology
	orthopedics
	dermatology
	gastroenterology
	womensHealth
	psychiatry
	ophthalmology
	emergency
	therapy
	radiology
	laboratories
	infusion
	equipment
	hospital
	specialtyCount
)

// specialties is indexed by the constants above.
func specialties() []specialty {
	visit := []Scheme{Upcoding, Phantom, Cloned, OutOfPattern}
	with := func(more ...Scheme) []Scheme { return append(more, visit...) }
	return []specialty{
		family:           {"207Q00000X", "Family Practice", 24, 5, with(Unbundling, ImpossibleDay)},
		internist:        {"207R00000X", "Internal Medicine", 12, 4, with(Unbundling, ImpossibleDay)},
		pediatrics:       {"208000000X", "Pediatrics", 8, 4, visit},
		cardiology:       {"207RC0000X", "Cardiology", 6, 4, with(Unbundling)},
		orthopedics:      {"207X00000X", "Orthopedics", 6, 4, with(MaximumUnits)},
		dermatology:      {"207N00000X", "Dermatology", 5, 3, with(Unbundling, MaximumUnits)},
		gastroenterology: {"207RG0100X", "Gastroenterology", 4, 3, []Scheme{Unbundling, Cloned, OutOfPattern}},
		womensHealth:     {"207V00000X", "Women's Health", 5, 3, visit},
		psychiatry:       {"2084P0800X", "Psychiatry", 6, 3, []Scheme{ImpossibleDay, Cloned, OutOfPattern, Phantom}},
		ophthalmology:    {"207W00000X", "Eye Care", 4, 3, []Scheme{Cloned, OutOfPattern}},
		emergency:        {"207P00000X", "Emergency Physicians", 3, 6, []Scheme{Upcoding, OutOfPattern}},
		therapy:          {"225100000X", "Physical Therapy", 8, 4, []Scheme{MaximumUnits, ImpossibleDay, Cloned, Phantom, OutOfPattern}},
		radiology:        {"2085R0202X", "Radiology", 3, 5, []Scheme{Phantom, OutOfPattern}},
		laboratories:     {"291U00000X", "Clinical Laboratory", 3, 0, []Scheme{Unbundling, Phantom, Cloned}},
		infusion:         {"207RR0500X", "Rheumatology", 2, 2, []Scheme{MaximumUnits, OutOfPattern}},
		equipment:        {"332B00000X", "Medical Supply", 4, 0, []Scheme{MaximumUnits, Phantom, Cloned}},
		hospital:         {"282N00000X", "Hospital", 4, 8, []Scheme{Upcoding}},
	}
}
