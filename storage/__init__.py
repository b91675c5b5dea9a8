"""What is remembered: records, their tables and queries, transactions, migrations."""
