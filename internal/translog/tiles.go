package translog

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"

	"golang.org/x/mod/sumdb/tlog"
)

// height is that of the tiles: 256 hashes in a full one (c2sp.org/tlog-tiles).
const height = 8

// Width is how many hashes or entries a full tile holds.
const Width = 1 << height

// Tile returns the hashes of a tile: level from 0 at the leaves, n from 0, and how
// many hashes, Width for a full one. It is the same for ever. Errors: ErrNoLeaf.
func (l *Log) Tile(ctx context.Context, level int, n int64, hashes int) ([]byte, error) {
	if level < 0 || level > 63/height || n < 0 || n > math.MaxInt64>>(height*(level+1)) || hashes < 1 || hashes > Width {
		return nil, ErrNoLeaf
	}
	size, err := l.size(ctx)
	if err != nil {
		return nil, err
	}
	if have := size>>(height*level) - n*Width; have < int64(hashes) {
		return nil, ErrNoLeaf
	}
	data, err := tlog.ReadTileData(tlog.Tile{H: height, L: level, N: n, W: hashes}, l.reader(ctx))
	if err != nil {
		return nil, fmt.Errorf("translog: tile %d/%d: %w", level, n, err)
	}
	return data, nil
}

// Entries returns a bundle of entries, each after its length in two bytes.
// Errors: ErrNoLeaf.
func (l *Log) Entries(ctx context.Context, n int64, entries int) ([]byte, error) {
	if n < 0 || n > math.MaxInt64/Width || entries < 1 || entries > Width {
		return nil, ErrNoLeaf
	}
	leaves, err := l.leaves(ctx, n*Width, entries)
	if err != nil {
		return nil, err
	}
	if len(leaves) < entries {
		return nil, ErrNoLeaf
	}
	var out []byte
	for _, leaf := range leaves {
		data := leaf.Data()
		out = binary.BigEndian.AppendUint16(out, uint16(len(data))) // #nosec G115 -- three short lines
		out = append(out, data...)
	}
	return out, nil
}
