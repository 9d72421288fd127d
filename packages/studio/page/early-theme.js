// The theme that was chosen, on the root element before anything is painted. See view/theme-button.js.
try {
  const chosen = localStorage.getItem('tracelink-studio-theme');
  if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen;
} catch {
  // Without storage the system's theme holds.
}
