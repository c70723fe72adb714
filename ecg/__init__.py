"""The field's vocabulary, pure: records, annotations, filters, R-peaks, beats, rhythm, quality."""
