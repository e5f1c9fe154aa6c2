"""Renders what the core found as text and as documents: values in, text out."""
