package torture

import (
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/simulate"
)

// corpus is the documents of a simulated world, dealt out parcel by parcel, and the truth about their claims.
type corpus struct {
	world  *simulate.World
	queues map[claim.PayerID][]Document
	sets   map[place]set // exact duplicates
	dir    string
	next   func() (*simulate.SimClaim, bool) // claims of the first payer, to be sent by themselves as well
	stop   func()                            // ends next
	alone  int                               // of them so far
}

// place is where a claim stands.
type place struct {
	path    string
	ordinal int
}

// set numbers the exact duplicates of one claim within a payer.
type set struct {
	payer  claim.PayerID
	number int
}

const (
	daysOfQuarter = 92
	claimsAMember = 12 // at most, in the quarter: families then meet in many batches
	duplicateRate = 0.05
	pendRate      = 0.05 // claims that another payer paid first wait for a person
	fewestMembers = 400
)

// newWorld simulates two payers whose families have many claims, one in twenty of them sent more than once.
func newWorld(seed uint64, claims int) (*simulate.World, error) {
	options := simulate.Defaults(seed)
	options.Members = max(fewestMembers, claims/options.Payers/claimsAMember)
	options.Providers, options.Claims, options.HistoryClaims, options.HistoryDays = 60, claims, 0, 0
	options.Rates.ExactDuplicate, options.Rates.Secondary = duplicateRate, pendRate
	return simulate.NewWorld(options)
}

// writeCorpus writes the world's documents below a folder, each with about that many claims.
func writeCorpus(world *simulate.World, dir string, claimsPerFile int) (*corpus, error) {
	c := &corpus{world: world, queues: map[claim.PayerID][]Document{}, sets: map[place]set{}, dir: dir}
	c.next, c.stop = iter.Pull(professional(world.Claims(world.Payers[0].ID)))
	path := func(name string) string { return filepath.Join(dir, filepath.FromSlash(name)) }
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, claim.Errorf(claim.Unavailable, "making a folder for documents: %w", err)
	}
	files, err := world.Documents(simulate.DocumentOptions{ClaimsPerFile: claimsPerFile}, simulate.Below(dir), func(t simulate.Truth) error {
		if t.DuplicateSet > 0 {
			c.sets[place{path(t.File), t.Ordinal}] = set{t.Payer, t.DuplicateSet}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		c.queues[f.Payer] = append(c.queues[f.Payer], Document{Path: path(f.Name), Received: f.Received, Claims: f.Claims})
	}
	return c, nil
}

// parcels takes the next documents of every payer, so many each; fewer when they run out. Apart, each is a parcel of its own:
// batches that meet in the same families.
func (c *corpus) parcels(documents int, apart bool) []Parcel {
	var list []Parcel
	for n := range c.world.Payers {
		id := c.world.Payers[n].ID
		queue := c.queues[id]
		take := min(documents, len(queue))
		size := take
		if apart {
			size = 1
		}
		for files := range slices.Chunk(queue[:take], max(1, size)) {
			list = append(list, Parcel{Payer: id, Files: files})
		}
		c.queues[id] = queue[take:]
	}
	return list
}

// singles writes the next claims of the first payer, each as a document of its own. They are sent in parcels too, earlier or
// later: one of the copies is a duplicate.
func (c *corpus) singles(claims int) (Parcel, error) {
	parcel := Parcel{Payer: c.world.Payers[0].ID}
	for range claims {
		sim, ok := c.next()
		if !ok {
			break
		}
		c.alone++
		d, err := writeDocument(c.world, c.dir, fmt.Sprintf("single-%06d.x12", c.alone), singleControl+c.alone, sim.Received, &sim.Claim)
		if err != nil {
			return parcel, err
		}
		parcel.Files = append(parcel.Files, d)
	}
	return parcel, nil
}

// singleControl is above the interchange control numbers of parcels.
const singleControl = 900_000_000

// writeDocument writes professional claims for the first payer.
func writeDocument(world *simulate.World, folder, name string, control int, received claim.Date, claims ...*claim.Claim) (Document, error) {
	f, err := simulate.Below(folder)(name)
	if err != nil {
		return Document{}, err
	}
	header := simulate.Header{
		Type: claim.Professional, Created: received, Control: control,
		Submitter: claim.Organization{Name: "ANOTHER SENDER", ID: "SENDER2"},
		Receiver:  claim.Organization{Name: world.Payers[0].Name, ID: world.Payers[0].Code},
	}
	_, err = simulate.WriteDocument(f, header, slices.Values(claims))
	if err := errors.Join(err, f.Close()); err != nil {
		return Document{}, claim.Errorf(claim.Unavailable, "writing %s: %w", name, err)
	}
	return Document{Path: filepath.Join(folder, name), Received: received, Claims: len(claims)}, nil
}

// MakeFolder makes a folder for torture below dir, or below the system's when that is empty. As root Postgres runs as
// another user, which must be able to pass through.
func MakeFolder(below string) (string, error) {
	dir, err := os.MkdirTemp(below, "assize-torture-")
	if err == nil {
		err = os.Chmod(dir, 0o711)
	}
	if err != nil {
		return "", claim.Errorf(claim.Unavailable, "making a folder: %w", err)
	}
	return dir, nil
}
