package policies

import (
	"archive/tar"
	"compress/gzip"
	"embed"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"

	"github.com/assize/assize/internal/claim"
)

//go:embed rego
var embedded embed.FS

// Embedded returns the contract that comes with the program.
func Embedded() (Bundle, error) {
	folder, err := fs.Sub(embedded, "rego")
	if err != nil {
		return Bundle{}, claim.Errorf(claim.Internal, "reading the embedded contract: %w", err)
	}
	return readFolder(folder)
}

// ReadBundle reads a bundle from a folder or a .tar.gz file. Tests (*_test.rego), Markdown and hidden files are left
// out; any other file is refused, since a data file that is passed over would silently change what rules find.
// Errors are NotFound when there is nothing there, Invalid when it is no bundle, else Unavailable.
func ReadBundle(name string) (Bundle, error) {
	info, err := os.Stat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Bundle{}, claim.Errorf(claim.NotFound, "reading the contract: %w", err)
	case err != nil:
		return Bundle{}, claim.Errorf(claim.Unavailable, "reading the contract: %w", err)
	case info.IsDir():
		b, err := readFolder(os.DirFS(name))
		return b, located(name, err)
	}
	file, err := os.Open(name)
	if err != nil {
		return Bundle{}, claim.Errorf(claim.Unavailable, "reading the contract: %w", err)
	}
	defer file.Close()
	b, err := readArchive(file)
	return b, located(name, err)
}

func located(name string, err error) error {
	if err == nil {
		return nil
	}
	return claim.Errorf(claim.KindOf(err), "reading the contract %s: %w", name, err)
}

// readFolder reads every file below the root of folder.
func readFolder(folder fs.FS) (Bundle, error) {
	files := map[string][]byte{}
	err := fs.WalkDir(folder, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return claim.Errorf(claim.Unavailable, "%w", err)
		}
		if entry.IsDir() {
			if name != "." && strings.HasPrefix(entry.Name(), ".") {
				return fs.SkipDir
			}
			return nil
		}
		taken, err := takes(name, entry.Type().IsRegular())
		if err != nil || !taken {
			return err
		}
		file, err := folder.Open(name)
		if err != nil {
			return claim.Errorf(claim.Unavailable, "%w", err)
		}
		defer file.Close()
		return addFile(files, name, file)
	})
	if err != nil {
		return Bundle{}, err
	}
	return newBundle(files)
}

// readArchive reads a gzipped tar. Paths keep their folders, without a leading "./" or "/".
func readArchive(r io.Reader) (Bundle, error) {
	unzipped, err := gzip.NewReader(r)
	if err != nil {
		return Bundle{}, claim.Errorf(claim.Invalid, "not a gzipped archive: %w", err)
	}
	files := map[string][]byte{}
	// A small file may unpack to a huge one: reading stops well past what any bundle may hold.
	archive := tar.NewReader(io.LimitReader(unzipped, 2*maxBundleBytes))
	for {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return newBundle(files)
		}
		if err != nil {
			return Bundle{}, claim.Errorf(claim.Invalid, "not a readable archive: %w", err)
		}
		if header.Typeflag == tar.TypeDir || header.Typeflag == tar.TypeXGlobalHeader {
			continue
		}
		name := strings.TrimPrefix(strings.TrimPrefix(header.Name, "."), "/")
		taken, err := takes(name, header.Typeflag == tar.TypeReg)
		if err != nil {
			return Bundle{}, err
		}
		if taken {
			if err := addFile(files, name, archive); err != nil {
				return Bundle{}, err
			}
		}
	}
}

// takes tells whether a file belongs to the bundle, or refuses it.
func takes(name string, regular bool) (bool, error) {
	base := path.Base(name)
	switch {
	case strings.HasPrefix(base, "."), strings.HasSuffix(base, ".md"), strings.HasSuffix(base, "_test.rego"):
		return false, nil
	case !regular:
		return false, claim.Errorf(claim.Invalid, "%.100q is not a plain file", name)
	case !strings.HasSuffix(base, ".rego"):
		return false, claim.Errorf(claim.Invalid, "%.100q: a contract is made of .rego files only; its code lists are Rego too", name)
	}
	return true, nil
}

func addFile(files map[string][]byte, name string, r io.Reader) error {
	if _, twice := files[name]; twice {
		return claim.Errorf(claim.Invalid, "%.100q stands in the bundle twice", name)
	}
	if len(files) == maxBundleFiles {
		return claim.Errorf(claim.Invalid, "the bundle holds more than %d files", maxBundleFiles)
	}
	content, err := io.ReadAll(io.LimitReader(r, maxFileBytes+1))
	if err != nil {
		return claim.Errorf(claim.Invalid, "%.100q: %w", name, err)
	}
	files[name] = content
	return nil
}
