"""A board that is not there: speaks its protocol over a wire, with faults on demand."""
