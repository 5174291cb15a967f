package accreditation

// Digest is what a review sends along of the fields that it showed.
var Digest = digest
