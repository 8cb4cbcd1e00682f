"""`python -m rag_notes` and the `rag-notes` command."""

from rag_notes.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
