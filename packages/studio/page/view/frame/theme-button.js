import { html } from '../../html.js';
import { useEffect, useState } from '../../vendor/preact-hooks.js';

/** @typedef {'auto' | 'light' | 'dark'} Theme */

/** @type {Record<Theme, Theme>} */
const next = { auto: 'light', light: 'dark', dark: 'auto' };
const storageKey = 'tracelink-studio-theme';

/** Goes round between the system's theme, light and dark. early-theme.js reads what is chosen here. */
export function ThemeButton() {
  const [theme, setTheme] = useState(() => /** @type {Theme} */ (document.documentElement.dataset.theme ?? 'auto'));
  /** @param {Theme} chosen */
  const show = (chosen) => {
    setTheme(chosen);
    if (chosen === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = chosen;
  };
  useEffect(() => {
    // Another tab has chosen: what is not stored is the system's.
    const follow = (/** @type {StorageEvent} */ { key, newValue }) => {
      if (key === storageKey) show(newValue === 'light' || newValue === 'dark' ? newValue : 'auto');
    };
    addEventListener('storage', follow);
    return () => removeEventListener('storage', follow);
  }, []);
  const choose = () => {
    const chosen = next[theme];
    show(chosen);
    try {
      if (chosen === 'auto') localStorage.removeItem(storageKey);
      else localStorage.setItem(storageKey, chosen);
    } catch {
      // Without storage it holds until the page is left.
    }
  };
  return html`<button type="button" onClick=${choose}>Theme: ${theme}</button>`;
}
