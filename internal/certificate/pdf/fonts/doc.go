// Package fonts holds the typefaces of the certificate: which face prints a
// character, how a text becomes placed glyphs (UAX #9 for direction, HarfBuzz's
// algorithms for shaping), and which part of a face's file a document embeds.
//
// Invariants: a letter and its accents come from one face; a face is parsed
// once, when a text first needs it; nothing here depends on the machine's own
// fonts. NOTICE.md names source, version, hash and license of each file.
package fonts
