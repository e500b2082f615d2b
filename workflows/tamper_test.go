package workflows_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// tampered is how many random changes are tried; more with -tampered 10000, others with another seed.
var (
	tampered   = flag.Int("tampered", 150, "random byte changes of database rows to try")
	tamperSeed = flag.Uint64("tamperseed", 1, "seed of the changes")
)

// column is one column of a table of one of the two databases.
type column struct {
	pool   *pgxpool.Pool
	table  string
	name   string
	kind   string   // typname
	labels []string // of an enumeration
	place  int      // in the row, from 0
}

func (c column) String() string { return c.table + "." + c.name }

// everyColumn lists every column of a database.
func everyColumn(t *testing.T, pool *pgxpool.Pool) []column {
	t.Helper()
	rows, err := pool.Query(t.Context(), `
		select r.relname, a.attname, y.typname, row_number() over (partition by r.oid order by a.attnum) - 1,
			array(select enumlabel::text from pg_enum where enumtypid = y.oid)
		from pg_class r
		join pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
		join pg_type y on y.oid = a.atttypid
		where r.relkind = 'r' and r.relnamespace = 'public'::regnamespace
		order by r.relname, a.attnum`)
	if err != nil {
		t.Fatal(err)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (column, error) {
		c := column{pool: pool}
		return c, row.Scan(&c.table, &c.name, &c.kind, &c.place, &c.labels)
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// unguard takes from a database what its owner can take: the checks of its tables. Triggers are switched off row by row.
func unguard(t *testing.T, pool *pgxpool.Pool) {
	t.Helper()
	_, err := pool.Exec(t.Context(), `
		do $$ declare c record; begin
			for c in select conrelid::regclass as relation, conname from pg_constraint where contype = 'c' and connamespace = 'public'::regnamespace loop
				execute format('alter table %s drop constraint %I', c.relation, c.conname);
			end loop;
		end $$`)
	if err != nil {
		t.Fatal(err)
	}
}

// copyHeader opens binary COPY data: signature, flags, length of the extension.
const copyHeader = 11 + 4 + 4

// image is one row in the binary form of COPY.
type image []byte

// fields cuts an image into its columns: nil where a column is null.
func (i image) fields() [][]byte {
	rest := i[copyHeader:]
	list := make([][]byte, binary.BigEndian.Uint16(rest))
	rest = rest[2:]
	for n := range list {
		size := int32(binary.BigEndian.Uint32(rest))
		rest = rest[4:]
		if size >= 0 {
			list[n], rest = rest[:size:size], rest[size:]
		}
	}
	return list
}

// with returns the image with another value in one place.
func (i image) with(place int, value []byte) image {
	made := bytes.Clone(i[:copyHeader])
	fields := i.fields()
	fields[place] = value
	made = binary.BigEndian.AppendUint16(made, uint16(len(fields)))
	for _, f := range fields {
		if f == nil {
			made = binary.BigEndian.AppendUint32(made, 1<<32-1)
			continue
		}
		made = append(binary.BigEndian.AppendUint32(made, uint32(len(f))), f...)
	}
	return append(made, 0xff, 0xff)
}

// arrayHeader is what stands before the elements of a list in binary: dimensions, flags, type, and of the one dimension
// length and first index, which Go does not read.
const arrayHeader = 20

// spoilt changes one byte of a value, or takes another label of an enumeration; nil when there is nothing to change.
func (c column) spoilt(value []byte, random *rand.Rand) []byte {
	switch {
	case len(value) == 0:
		return nil
	case len(c.labels) > 0:
		others := slices.DeleteFunc(slices.Clone(c.labels), func(l string) bool { return l == string(value) })
		return []byte(others[random.IntN(len(others))])
	case c.kind == "bool":
		return []byte{1 - value[0]}
	}
	changed, from, bits := bytes.Clone(value), 0, 255
	switch c.kind {
	case "text", "jsonb":
		bits = 31 // most other bits make no text of a text
	case "_text", "_int4":
		if from, bits = arrayHeader, 31; len(value) <= from {
			return nil
		}
	}
	changed[from+random.IntN(len(changed)-from)] ^= byte(1 + random.IntN(bits))
	return changed
}

// readRow returns a row and where it lies: the one of the place given, modulo how many there are.
func readRow(ctx context.Context, c column, place int) (row image, ctid string, err error) {
	var rows int
	if err := c.pool.QueryRow(ctx, `select count(*) from `+c.table).Scan(&rows); err != nil || rows == 0 {
		return nil, "", err
	}
	err = c.pool.QueryRow(ctx, fmt.Sprintf(`select ctid::text from %s order by ctid offset %d limit 1`, c.table, place%rows)).Scan(&ctid)
	if err != nil {
		return nil, "", err
	}
	row, err = imageAt(ctx, c, ctid)
	return row, ctid, err
}

func imageAt(ctx context.Context, c column, ctid string) (image, error) {
	var b bytes.Buffer
	connection, err := c.pool.Acquire(ctx)
	if err != nil {
		return nil, err
	}
	defer connection.Release()
	_, err = connection.Conn().PgConn().CopyTo(ctx, &b, fmt.Sprintf(`copy (select * from %s where ctid = '%s') to stdout (format binary)`, c.table, ctid))
	return b.Bytes(), err
}

// replaceRow puts a row in the place of another, with triggers off, and returns where it lies then. The error is of a
// value that its column cannot hold, or of a key that another row has.
func replaceRow(ctx context.Context, c column, ctid string, row image) (lies string, err error) {
	err = pgx.BeginFunc(ctx, c.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `set local session_replication_role = replica`); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, fmt.Sprintf(`delete from %s where ctid = '%s'`, c.table, ctid)); err != nil {
			return err
		}
		if _, err := tx.Conn().PgConn().CopyFrom(ctx, bytes.NewReader(row), fmt.Sprintf(`copy %s from stdin (format binary)`, c.table)); err != nil {
			return err
		}
		return tx.QueryRow(ctx, fmt.Sprintf(`select ctid::text from %s where xmin::text = pg_current_xact_id()::text`, c.table)).Scan(&lies)
	})
	return lies, err
}
