"""What ``ValidationEngine`` is made of: facts, kinds, packs, findings. Import what you need from its modules."""
