"""Three-way merge of snapshots."""
