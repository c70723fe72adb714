"""Prepare beats, train the teacher, distil the student, evaluate, export."""
