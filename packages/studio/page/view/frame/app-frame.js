/** @import { Providers } from '../../api/provider-types.js' */
import { useConnections } from '../../hooks/use-connections.js';
import { useKeys } from '../../hooks/use-keys.js';
import { useLoaded } from '../../hooks/use-loaded.js';
import { getActions } from '../../api/client.js';
import { getProviders } from '../../api/providers.js';
import { html } from '../../html.js';
import { useRoute } from '../../router.js';
import { useRef, useState } from '../../vendor/preact-hooks.js';
import { ActionsPanel } from './actions-panel.js';
import { DeadLettersView } from '../dead-letters/dead-letters-view.js';
import { DoctorView } from '../doctor/doctor-view.js';
import { FlowView } from '../flow/flow-view.js';
import { HelpDialog } from './help-dialog.js';
import { ImportButton, ImportNotice, useImport } from './import-traces.js';
import { LiveBadge } from './live-badge.js';
import { NoProvider } from './no-provider.js';
import { SearchBox } from './search-box.js';
import { ThemeButton } from './theme-button.js';
import { TraceList } from '../trace-list/trace-list.js';
import { TraceView } from '../trace/trace-view.js';

/** The frame around every view: navigation, search, actions. */
export function App() {
  const route = useRoute();
  const connections = useConnections();
  const { value } = useLoaded(getActions, [connections], false);
  const actions = value?.actions ?? [];
  const { value: providers } = useLoaded(getProviders, [connections], false);
  // A trace needs the room.
  const [shown, setShown] = useState(/** @type {Record<string, boolean>} */ ({ trace: false }));
  const showActions = shown[route.view] ?? true;
  const importing = useImport();
  const help = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const search = useRef(/** @type {HTMLInputElement | null} */ (null));

  useKeys((event) => {
    if (event.key === '/') search.current?.focus();
    else if (event.key === '?') help.current?.showModal();
    else return;
    event.preventDefault();
  });

  return html`
    <header class="top">
      <a class="brand" href="/">tracelink <b>studio</b></a>
      <nav aria-label="Views">
        <a href="/" aria-current=${route.view === 'list' ? 'page' : undefined}>Traces</a>
        <a href="/flow" aria-current=${route.view === 'flow' ? 'page' : undefined}>Flow</a>
        ${providers?.deadLetters && html`<a href="/dead-letters" aria-current=${route.view === 'dead-letters' ? 'page' : undefined}>Dead letters</a>`}
        ${providers?.doctor && html`<a href="/doctor" aria-current=${route.view === 'doctor' ? 'page' : undefined}>Doctor</a>`}
      </nav>
      <${SearchBox} route=${route} inputRef=${search} />
      <div class="top-end">
        ${
          actions.length > 0 &&
          html`<button
            type="button"
            aria-expanded=${showActions}
            aria-controls="actions"
            onClick=${() => setShown({ ...shown, [route.view]: !showActions })}
          >
            Actions
          </button>`
        }
        <${ImportButton} onFiles=${importing.read} />
        <${LiveBadge} />
        <${ThemeButton} />
        <button type="button" aria-label="Keys" title="Keys (?)" onClick=${() => help.current?.showModal()}>?</button>
      </div>
    </header>
    <${ActionsPanel} actions=${actions} hidden=${!showActions || actions.length === 0} />
    <${ImportNotice} importing=${importing} />
    <main class=${`view-${route.view}`}><${View} route=${route} providers=${providers} /></main>
    <${HelpDialog} dialogRef=${help} />
  `;
}

/** @param {{ route: import('../../router.js').Route, providers: Providers | undefined }} props `providers` is absent until they are known */
function View({ route, providers }) {
  if (route.view === 'list') return html`<${TraceList} route=${route} />`;
  if (route.view === 'trace') return html`<${TraceView} key=${route.traceId} route=${route} />`;
  if (route.view === 'flow') return html`<${FlowView} route=${route} />`;
  if (route.view === 'dead-letters') {
    if (providers === undefined) return html``;
    return providers.deadLetters
      ? html`<${DeadLettersView} route=${route} canReplay=${providers.replay} />`
      : html`<${NoProvider} title="Dead letters" />`;
  }
  if (route.view === 'doctor') {
    if (providers === undefined) return html``;
    return providers.doctor ? html`<${DoctorView} linksRecords=${providers.deadLetters} />` : html`<${NoProvider} title="Doctor" />`;
  }
  return html`<div class="notice">
    <h1>Nothing is here</h1>
    <p>No view of the studio has this address. <a href="/">To the list of traces</a></p>
  </div>`;
}
