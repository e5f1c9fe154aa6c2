"""The full-screen app over ``idse_core``. Nothing here is imported before `idse tui` asks for it."""
