"""How Tocsin is put together and run: engines, demonstration, commands, configuration."""
