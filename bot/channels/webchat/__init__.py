"""The web chat: server-rendered, whole without scripts."""
