package workflows

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"github.com/assize/assize/internal/adjudicate"
	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/facts"
	"github.com/assize/assize/internal/postgres"
	"github.com/assize/assize/ledger"
)

// matter is one claim on its way through a chunk, with everything that was made of it so far.
type matter struct {
	staged   *postgres.StagedClaim
	claim    claim.Claim
	review   *claim.HumanAction // set when a person decides
	follows  claim.ID           // entry that this decision follows; Nil for the first
	subject  facts.Subject
	evidence *claim.Evidence // of the block at hand; nil once sealed, when its memory goes to the next block's
	decision *claim.Decision
	held     []facts.Print
	released []ledger.Hold  // held by the pend that this decision follows
	history  []byte         // history lines as CBOR; nil when denied
	patient  ledger.Subject // under whose key the patient's sections and the decision are sealed
	provider ledger.Subject
	sealed   ledger.Sealed
	entryID  claim.ID
	aside    bool // see putAside
}

// docket is the claims of one chunk, or a single claim.
type docket struct {
	desk      *Desk
	books     *Books
	batch     claim.ID
	ord       int
	matters   []*matter
	versions  map[claim.ID]int64 // of each family, as they were when its facts were read
	redecided int
	erasures  ledger.Erasures   // of keys, before those were read that
	used      []ledger.UsedKeys // the matters are sealed under, or a review's was opened with
	evidence  claim.Writer      // of the matter at hand, as are
	written   claim.Writer      // its history lines, and then its decision
}

func (k *docket) payer() claim.PayerID { return k.books.Payer.ID }

// blockClaims is how many claims are decided before they are sealed: enough that the clock of a benchmark does not
// matter, few enough that their evidence is still in the cache and little of it is held at a time.
const blockClaims = 64

// decideAll is one pass of decide. It returns the matters that cannot be sealed.
func (k *docket) decideAll(ctx context.Context, q postgres.Querier, matters []*matter) (unfit []*matter, err error) {
	end := k.desk.measure("facts")
	wanted := wantedBy(matters)
	records, err := k.match(ctx, q, matters, wanted)
	if err != nil {
		return nil, err
	}
	k.desk.reach(StageMatched)
	if err := k.lookUp(ctx, q, matters, wanted, records); err != nil {
		return nil, err
	}
	k.desk.reach(StageFacts)
	keys, err := k.keys(ctx, matters)
	if err != nil {
		return nil, err
	}
	k.desk.reach(StageKeyed)
	end(len(matters))
	assembler := facts.NewAssembler(records, k.books.Tables)
	asOf := claim.InstantOf(k.desk.Now())
	evidence := make([]claim.Evidence, min(blockClaims, len(matters))) // filled again for each block
	for block := range slices.Chunk(matters, blockClaims) {
		for i, m := range block {
			m.evidence = &evidence[i]
		}
		if err := k.decideBlock(ctx, assembler, block, asOf); err != nil {
			return nil, err
		}
		large, err := k.sealBlock(keys, block)
		if err != nil {
			return nil, err
		}
		unfit = append(unfit, large...)
	}
	k.desk.reach(StageSealed)
	return unfit, nil
}

func (k *docket) decideBlock(ctx context.Context, assembler *facts.Assembler, block []*matter, asOf claim.Instant) error {
	end := k.desk.measure("decide")
	for _, m := range block {
		if err := k.decideOne(ctx, assembler, m, asOf); err != nil {
			return err
		}
	}
	k.desk.reach(StageDecided)
	end(len(block))
	return nil
}

func (k *docket) decideOne(ctx context.Context, assembler *facts.Assembler, m *matter, asOf claim.Instant) error {
	ev := m.evidence
	ev.Payer, ev.ClaimID, ev.AsOf, ev.Versions = k.payer(), m.subject.ID, asOf, k.books.Versions
	ev.Claim, ev.Review, ev.Slice = m.claim, m.review, m.staged.Slice
	ev.Origin = claim.Origin{ControlNumber: m.staged.ControlNumber, Document: m.staged.Document, Position: m.staged.Position}
	assembler.Fill(&ev.Facts, &m.subject)
	var err error
	if m.decision, err = k.books.Deciders.Decide(ctx, ev); err != nil {
		return undecided(ctx, m, err)
	}
	held, lines := assembler.Apply(&m.subject, m.decision)
	m.held, m.history = held, nil
	if len(lines) > 0 {
		k.written.Reset()
		claim.History(lines).Encode(&k.written)
		if err := k.written.Err(); err != nil {
			return fmt.Errorf("writing the history lines of claim %s: %w", m.subject.ID, err)
		}
		m.history = bytes.Clone(k.written.Bytes())
	}
	m.entryID = claim.NewID()
	return nil
}

// undecided makes an error final with which the contract or the engine answers to a review: the reviewer is waiting, and
// the same review fails again. Their claim goes on waiting.
func undecided(ctx context.Context, m *matter, err error) error {
	if m.review != nil && claim.KindOf(err) == claim.Internal && ctx.Err() == nil {
		return claim.Errorf(claim.Invalid, "no decision can be made of this review: %w", err)
	}
	return err
}

// match reads the members behind the submitted subscriber numbers and names each patient.
func (k *docket) match(ctx context.Context, q postgres.Querier, matters []*matter, wanted postgres.Wanted) (*facts.Records, error) {
	records := facts.NewRecords()
	records.Plans = k.books.Plans
	if k.books.Snapshot != nil {
		records.Profiles = k.books.Snapshot
	}
	if err := postgres.LoadMembers(ctx, q, k.payer(), wanted, records); err != nil {
		return nil, err
	}
	hasher, err := k.desk.Keys.ForPatients(ctx, k.payer())
	if err != nil {
		return nil, err
	}
	for _, m := range matters {
		m.subject = subjectOf(hasher, m.staged.ClaimID, &m.claim, m.staged.Received, records.Match(&m.claim))
	}
	return records, nil
}

// subjectOf names the patient of a claim: a member, or who is known by nothing but the number that the claim was sent under.
func subjectOf(hasher *ledger.SubjectHasher, id claim.ID, c *claim.Claim, received claim.Date, member *claim.Member) facts.Subject {
	s := facts.Subject{ID: id, Claim: c, Received: received, Member: member}
	if member != nil {
		s.Family = member.Family
	} else {
		s.Family = hasher.Subject(ledger.UnmatchedSubscriber, facts.SubscriberKey(c.Subscriber.MemberID))
	}
	return s
}

// lookUp reads what hangs on the patients: first the families' versions, then their records, then the fingerprints. A
// change in between raises a version, and is noticed when the families are locked.
func (k *docket) lookUp(ctx context.Context, q postgres.Querier, matters []*matter, wanted postgres.Wanted, records *facts.Records) error {
	members, families := people(matters)
	versions, err := postgres.FamilyVersions(ctx, q, k.payer(), families)
	if err != nil {
		return err
	}
	if k.versions == nil {
		k.versions = versions
	}
	if err := postgres.LoadRecords(ctx, q, k.payer(), wanted, members, families, records); err != nil {
		return err
	}
	return k.fingerprints(ctx, q, matters, records)
}

// fingerprints makes every claim's prints and finds who holds them.
func (k *docket) fingerprints(ctx context.Context, q postgres.Querier, matters []*matter, records *facts.Records) error {
	var periods []ledger.Period
	for _, m := range matters {
		for _, p := range ledger.Periods(&m.claim) {
			if !slices.Contains(periods, p) {
				periods = append(periods, p)
			}
		}
	}
	keys, err := k.desk.Keys.ForPeriods(ctx, k.payer(), periods)
	if err != nil {
		return err
	}
	probe := make([]ledger.Fingerprint, 0, 4*len(matters)) // a claim has a few lines
	for _, m := range matters {
		prints, err := keys.Fingerprints(&m.claim, m.subject.Beneficiary())
		if err != nil {
			return err
		}
		m.subject.Prints, m.subject.Expired = slices.Grow(m.subject.Prints[:0], len(prints)), false
		for _, p := range prints {
			if p.Expired { // its value says nothing: two of them would seem equal, and one would be held
				m.subject.Expired = true
				continue
			}
			m.subject.Prints = append(m.subject.Prints, facts.Print{Line: p.Line, Value: facts.Fingerprint(p.Value)})
			probe = append(probe, p.Value)
		}
	}
	holders, err := ledger.FindFingerprints(ctx, q, k.payer(), probe)
	if err != nil {
		return err
	}
	for value, holder := range holders {
		records.Holders[facts.Fingerprint(value)] = facts.Holder{Claim: holder.Claim, Line: holder.Line, Pended: holder.Pended}
	}
	return nil
}

// wantedBy names what the matters need looked up.
func wantedBy(matters []*matter) postgres.Wanted {
	var w postgres.Wanted
	seen := map[string]bool{}
	once := func(list []string, text string) []string {
		if text == "" || seen[text] {
			return list
		}
		seen[text] = true
		return append(list, text)
	}
	for _, m := range matters {
		w.SubscriberKeys = once(w.SubscriberKeys, facts.SubscriberKey(m.claim.Subscriber.MemberID))
	}
	clear(seen)
	for _, m := range matters {
		for i := range m.claim.Providers {
			w.NPIs = once(w.NPIs, m.claim.Providers[i].NPI)
		}
		for i := range m.claim.Lines {
			for j := range m.claim.Lines[i].Providers {
				w.NPIs = once(w.NPIs, m.claim.Lines[i].Providers[j].NPI)
			}
		}
		if number, ok := claim.ParseControlNumber(m.claim.OriginalReference); ok {
			w.References = append(w.References, number)
		}
		first, last := facts.ServiceDays(&m.claim)
		if first.Known() && (!w.FirstDay.Known() || first < w.FirstDay) {
			w.FirstDay = first
		}
		w.LastDay = max(w.LastDay, last)
	}
	return w
}

// people lists the distinct beneficiaries and families of the matters.
func people(matters []*matter) (members, families []claim.ID) {
	seen := make(map[claim.ID]bool, 2*len(matters))
	for _, m := range matters {
		if id := m.subject.Beneficiary(); !seen[id] {
			seen[id] = true
			members = append(members, id)
		}
	}
	clear(seen)
	for _, m := range matters {
		if !seen[m.subject.Family] {
			seen[m.subject.Family] = true
			families = append(families, m.subject.Family)
		}
	}
	return members, families
}

// keys names the subjects of each matter's evidence and fetches their keys. They are committed in their own database
// before the evidence that needs them is written.
func (k *docket) keys(ctx context.Context, matters []*matter) (ledger.DataKeys, error) {
	hasher, err := k.desk.Keys.ForPatients(ctx, k.payer())
	if err != nil {
		return nil, err
	}
	subjects := make([]ledger.Subject, 0, 3*len(matters))
	for _, m := range matters {
		m.patient = m.subject.Beneficiary()
		m.provider = hasher.Subject(ledger.ProviderSubject, m.claim.NPIOf(claim.Billing))
		subjects = append(subjects, m.patient, m.subject.Family, m.provider)
	}
	if len(k.used) == 0 {
		if k.erasures, err = k.desk.Keys.Erasures(ctx, k.payer()); err != nil {
			return nil, err
		}
	}
	keys, err := k.desk.Keys.ForSubjects(ctx, k.payer(), subjects)
	k.used = append(k.used, keys)
	return keys, err
}

// seal makes what is stored of a matter. An error of kind Invalid says that its evidence or decision is larger than may be.
func (k *docket) seal(keys ledger.DataKeys, m *matter) error {
	parts, err := adjudicate.Sections(&k.evidence, m.evidence)
	if err != nil {
		return err
	}
	sections := make([]ledger.Section, len(parts))
	for i, part := range parts {
		sections[i] = ledger.Section{Kind: sectionKinds[part.Kind], Plain: part.Bytes}
		switch part.Kind {
		case adjudicate.PatientSection:
			sections[i].Subject = m.patient
		case adjudicate.SubscriberSection:
			sections[i].Subject = m.subject.Family
		case adjudicate.ProviderSection:
			sections[i].Subject = m.provider
		}
	}
	decision, err := adjudicate.WriteDecision(&k.written, m.decision)
	if err != nil {
		return err
	}
	m.sealed, err = k.desk.Sealer.Seal(k.payer(), m.subject.ID, keys, sections,
		ledger.Section{Kind: ledger.DecisionSection, Subject: m.patient, Plain: decision})
	return err
}
