"""What other programs may ask the app, and the page that tells them how: calls whose names carry a
version, plain values in and out, nothing kept."""
