package simulate

import (
	"fmt"

	"github.com/assize/assize/internal/claim"
)

func lastNames() []string {
	return []string{
		"Alderfen", "Brackwell", "Carrowmoor", "Dunmarsh", "Eastlake", "Farthing", "Garrowby", "Hollowell", "Inglewood", "Jarrett",
		"Kestrelby", "Larkfield", "Merriden", "Northcote", "Oakhurst", "Pennybrook", "Quillfeather", "Ravenscar", "Stonebridge", "Thornbury",
		"Underwood", "Vanterpool", "Westerdale", "Yarborough", "Zellwood", "O'Fallow", "Saint-Moor", "Ashgrove", "Birchall", "Coldstream",
	}
}

func firstNames(sex string) []string {
	if sex == "F" {
		return []string{"Ada", "Beatrix", "Clara", "Dora", "Elin", "Flora", "Greta", "Hanna", "Ines", "Juno", "Kaja", "Livia", "Maren", "Nora", "Olive", "Petra"}
	}
	return []string{"Abel", "Bruno", "Casper", "Dario", "Emil", "Felix", "Gustav", "Hugo", "Ivo", "Jonas", "Kilian", "Leander", "Magnus", "Niels", "Oskar", "Piet"}
}

// place is an invented town; towns stand for the regions in which patients look for providers.
type place struct{ city, state, zip string }

func places(region int) place {
	states := []string{"OH", "PA", "IN", "MI", "KY", "WV"}
	cities := []string{"Larchfield", "Millbrook Falls", "Harrow Point", "Eastmere", "Cedar Hollow", "Port Wren", "Stillwater Bend", "Graymont", "Fallow Creek", "Norwick"}
	return place{
		city: cities[region%len(cities)], state: states[region%len(states)], zip: fmt.Sprintf("%05d", 43900+region),
	}
}

// address returns an invented street address in a region; businesses have the nine-digit ZIP that loop 2010AA wants.
func address(s *stream, region int, business bool) claim.Address {
	streets := []string{"Larch Road", "Quarry Lane", "Mill Street", "Orchard Avenue", "Station Road", "Heron Way", "Church Hill", "Canal Street"}
	where := places(region)
	a := claim.Address{Line1: fmt.Sprintf("%d %s", s.between(1, 999), one(s, streets)), City: where.city, State: where.state, ZIP: where.zip}
	if business {
		a.ZIP += fmt.Sprintf("%04d", s.between(1, 9998))
		if s.permille(300) {
			a.Line2 = fmt.Sprintf("Suite %d", s.between(1, 400))
		}
	}
	return a
}
