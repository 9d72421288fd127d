import { startLive } from './api/live.js';
import { html } from './html.js';
import { render } from './vendor/preact.js';
import { App } from './view/frame/app-frame.js';

startLive();
render(html`<${App} />`, /** @type {Element} */ (document.getElementById('app')));
