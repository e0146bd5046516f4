// Checks a log of ours with Go's own sumdb/note and tlog: `check FOLDER`, where FOLDER holds what tests/adapters/seal/golden_log.py
// writes and the tiles beside it. Prints one line a kind with how many were checked, or ends with the first that fails.
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func fail(format string, values ...interface{}) {
	fmt.Fprintf(os.Stderr, format+"\n", values...)
	os.Exit(1)
}

func must(err error, what string) {
	if err != nil {
		fail("%s: %v", what, err)
	}
}

func read(parts ...string) []byte {
	content, err := os.ReadFile(filepath.Join(parts...))
	must(err, "read")
	return content
}

func number(text string) int64 {
	found, err := strconv.ParseInt(text, 10, 64)
	must(err, "number")
	return found
}

func hash(text string) tlog.Hash {
	found, err := tlog.ParseHash(text)
	must(err, "hash")
	return found
}

// A witness's key: Go's note package knows no cosignature/v1, but lets others verify.
type witness struct {
	name   string
	id     uint32
	public ed25519.PublicKey
}

func (w witness) Name() string    { return w.name }
func (w witness) KeyHash() uint32 { return w.id }
func (w witness) Verify(message, signature []byte) bool {
	if len(signature) != 8+ed25519.SignatureSize {
		return false
	}
	head := fmt.Sprintf("cosignature/v1\ntime %d\n", binary.BigEndian.Uint64(signature))
	return ed25519.Verify(w.public, append([]byte(head), message...), signature[8:])
}

func verifier(vkey string) note.Verifier {
	parts := strings.SplitN(vkey, "+", 3)
	material, err := base64.StdEncoding.DecodeString(parts[2])
	must(err, "vkey")
	if material[0] != 4 {
		found, err := note.NewVerifier(vkey)
		must(err, "vkey")
		return found
	}
	digest := sha256.Sum256(append([]byte(parts[0]+"\n"), material...))
	if hex.EncodeToString(digest[:4]) != parts[1] {
		fail("vkey of %s: wrong id", parts[0])
	}
	return witness{parts[0], binary.BigEndian.Uint32(digest[:4]), material[1:]}
}

type checkpoint struct {
	size int64
	root tlog.Hash
}

func opened(written []byte, keys []string) checkpoint {
	var known []note.Verifier
	for _, vkey := range keys {
		known = append(known, verifier(vkey))
	}
	found, err := note.Open(written, note.VerifierList(known...))
	must(err, "note")
	if len(found.Sigs) != len(keys) || len(found.UnverifiedSigs) != 0 {
		fail("note: %d of %d signatures verified", len(found.Sigs), len(keys))
	}
	lines := strings.Split(found.Text, "\n")
	if len(lines) != 4 || lines[0] != known[0].Name() {
		fail("checkpoint: %q", found.Text)
	}
	return checkpoint{number(lines[1]), hash(lines[2])}
}

// Tiles as they are served: without Go's height in the path.
type tiles struct {
	folder string
	read   int
}

func (t *tiles) Height() int                              { return 8 }
func (t *tiles) SaveTiles(kept []tlog.Tile, _ [][]byte) {}
func (t *tiles) ReadTiles(asked []tlog.Tile) (found [][]byte, err error) {
	for _, tile := range asked {
		content, err := os.ReadFile(filepath.Join(t.folder, "tile", strings.TrimPrefix(tile.Path(), "tile/8/")))
		if err != nil {
			return nil, err
		}
		t.read++
		found = append(found, content)
	}
	return found, nil
}

func entries(folder string) (found [][]byte) {
	var paths []string
	root := filepath.Join(folder, "tile", "entries")
	must(filepath.Walk(root, func(path string, info os.FileInfo, err error) error {
		if err == nil && info.Mode().IsRegular() {
			paths = append(paths, path)
		}
		return err
	}), "entries")
	sort.Strings(paths)
	for _, path := range paths {
		for packed := read(path); len(packed) > 0; {
			length := binary.BigEndian.Uint16(packed)
			found = append(found, packed[2:2+length])
			packed = packed[2+length:]
		}
	}
	return found
}

// The vectors of record/2: from a record's salt and a subject follow the subject's salt and what replaces it.
func blinded(file string) {
	var vectors []struct{ Salt, Subject, Subject_salt, Blinded string }
	must(json.Unmarshal(read(file), &vectors), "vectors")
	for _, vector := range vectors {
		salt, err := hex.DecodeString(vector.Salt)
		must(err, "salt")
		own := sha256.Sum256(append(salt, vector.Subject...))
		if found := base64.StdEncoding.EncodeToString(own[:]); found != vector.Subject_salt {
			fail("%s: Go has the salt %s", vector.Subject, found)
		}
		digest := sha256.Sum256(append(own[:], vector.Subject...))
		kind := strings.SplitN(vector.Subject, ":", 2)[0]
		if found := kind + ":" + base64.RawURLEncoding.EncodeToString(digest[:]); found != vector.Blinded {
			fail("%s: Go has %s", vector.Subject, found)
		}
	}
	fmt.Println("blinded", len(vectors))
}

func main() {
	if len(os.Args) == 3 && os.Args[1] == "blinded" {
		blinded(os.Args[2])
		return
	}
	folder := os.Args[1]
	keys := strings.Fields(string(read(folder, "keys")))
	last := opened(read(folder, "checkpoint"), keys)

	leaves := entries(folder)
	if int64(len(leaves)) != last.size {
		fail("entries: %d of %d", len(leaves), last.size)
	}
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) (found []tlog.Hash, err error) {
		for _, index := range indexes {
			found = append(found, stored[index])
		}
		return found, nil
	})
	for index, leaf := range leaves {
		more, err := tlog.StoredHashes(int64(index), leaf, reader)
		must(err, "leaf")
		stored = append(stored, more...)
	}
	rootOf := func(size int64) tlog.Hash {
		found, err := tlog.TreeHash(size, reader)
		must(err, "root")
		return found
	}

	var roots []string
	must(json.Unmarshal(read(folder, "roots.json"), &roots), "roots")
	for size, root := range roots {
		if size == 0 { // RFC 6962's root of nothing; tlog gave none in its first years
			empty := sha256.Sum256(nil)
			if root != hex.EncodeToString(empty[:]) {
				fail("root of 0: %s", root)
			}
		} else if found := rootOf(int64(size)); hex.EncodeToString(found[:]) != root {
			fail("root of %d: Go has %x, we have %s", size, found[:], root)
		}
	}
	fmt.Println("roots", len(roots))

	checkpoints, err := filepath.Glob(filepath.Join(folder, "*.checkpoint"))
	must(err, "checkpoints")
	for _, path := range append(checkpoints, filepath.Join(folder, "checkpoint")) {
		if one := opened(read(path), keys); one.size > 0 && one.root != rootOf(one.size) {
			fail("%s: another root", path)
		}
	}
	fmt.Println("checkpoints", len(checkpoints)+1)

	proofs, err := filepath.Glob(filepath.Join(folder, "*.tlog-proof"))
	must(err, "proofs")
	for _, path := range proofs {
		inclusion(path, keys, leaves)
	}
	fmt.Println("proofs", len(proofs))

	var consistency []struct {
		From, To int64
		Path     []tlog.Hash
	}
	must(json.Unmarshal(read(folder, "consistency.json"), &consistency), "consistency")
	for _, one := range consistency {
		must(tlog.CheckTree(one.Path, one.To, rootOf(one.To), one.From, rootOf(one.From)),
			fmt.Sprintf("consistency from %d to %d", one.From, one.To))
		ours, err := tlog.ProveTree(one.To, one.From, reader)
		must(err, "consistency")
		if fmt.Sprint(ours) != fmt.Sprint(tlog.TreeProof(one.Path)) {
			fail("consistency from %d to %d: Go proves it otherwise", one.From, one.To)
		}
	}
	fmt.Println("consistency", len(consistency))

	served := &tiles{folder: folder}
	through := tlog.TileHashReader(tlog.Tree{N: last.size, Hash: last.root}, served)
	for index, leaf := range leaves {
		found, err := through.ReadHashes([]int64{tlog.StoredHashIndex(0, int64(index))})
		must(err, "tiles")
		if found[0] != tlog.RecordHash(leaf) {
			fail("tiles: leaf %d differs from its entry", index)
		}
		proof, err := tlog.ProveRecord(last.size, int64(index), through)
		must(err, "tiles")
		must(tlog.CheckRecord(proof, last.size, last.root, int64(index), found[0]), "tiles")
	}
	fmt.Println("leaves", len(leaves))
}

func inclusion(path string, keys []string, leaves [][]byte) {
	head, written, blank := bytes.Cut(read(path), []byte("\n\n"))
	lines := strings.Split(string(head), "\n")
	if !blank || lines[0] != "c2sp.org/tlog-proof@v1" {
		fail("%s: no proof", path)
	}
	if strings.HasPrefix(lines[1], "extra ") {
		lines = lines[1:]
	}
	index := number(strings.TrimPrefix(lines[1], "index "))
	var proof tlog.RecordProof
	for _, line := range lines[2:] {
		proof = append(proof, hash(line))
	}
	under := opened(written, keys)
	must(tlog.CheckRecord(proof, under.size, under.root, index, tlog.RecordHash(leaves[index])), path)
}
