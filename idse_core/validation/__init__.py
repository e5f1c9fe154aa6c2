"""The parts of ``ValidationEngine``: facts, kinds, packs, findings. Import what you need from its modules."""
