/** @import { DeadLetterRecord } from '../../api/provider-types.js' */
import { getDeadLetter } from '../../api/providers.js';
import { useLoaded } from '../../hooks/use-loaded.js';
import { html } from '../../html.js';
import { plural } from '../../model/format.js';
import { printableLine, printableText } from '../../model/printable.js';
import { deadLettersUrl, topicUrl } from '../../router.js';
import { useEffect } from '../../vendor/preact-hooks.js';
import { BytesBox } from './bytes-box.js';
import { RecordFacts } from './record-facts.js';
import { ReplayPanel } from './replay-panel.js';
import { TraceBeside } from './trace-beside.js';

/**
 * One record: what its headers say of the failure, its key, value and headers.
 *
 * @param {{ address: { topic: string, partition: string, offset: string }, canReplay: boolean }} props
 */
export function RecordView({ address, canReplay }) {
  const { topic, partition, offset } = address;
  const { value, error } = useLoaded((signal) => getDeadLetter(address, signal), [topic, partition, offset], false);
  useEffect(() => {
    document.title = `${printableLine(topic)} ${partition}/${offset} · tracelink studio`;
  }, [topic, partition, offset]);
  return html`<div class="letters">
    <p class="crumbs"><a href=${deadLettersUrl()}>Dead letters</a> <a href=${topicUrl(topic)}><bdi>${printableLine(topic)}</bdi></a></p>
    <h1>Record ${partition}/${offset}</h1>
    ${error && html`<p class="notice failed" role="alert">${error.message}</p>`}
    ${error === undefined && value === undefined && html`<p class="notice" role="status">Reading the record …</p>`}
    ${value !== undefined && html`<${Known} record=${value} topic=${topic} canReplay=${canReplay} />`}
  </div>`;
}

/** @param {{ record: DeadLetterRecord, topic: string, canReplay: boolean }} props */
function Known({ record, topic, canReplay }) {
  const { errorClass, errorMessage, key, value, headers, headerCount, traceId, partition, offset } = record;
  return html`<div class="letter">
    <div>
    ${
      errorClass !== undefined &&
      html`<p class="letter-failure">
        <b><bdi>${printableLine(errorClass)}</bdi></b> <bdi>${printableText(errorMessage ?? '')}</bdi>
      </p>`
    }
    <${RecordFacts} record=${record} />
    ${
      record.originalTopic !== undefined &&
      html`<${ReplayPanel} topic=${topic} what="this record" selection=${{ record: { partition, offset } }} canReplay=${canReplay} traceId=${traceId} />`
    }
    <h2>Key</h2>
    <${BytesBox} bytes=${key} label="Key" />
    <h2>Value</h2>
    <${BytesBox} bytes=${value} label="Value" />
    <h2>Headers</h2>
    ${headers.length === 0 && html`<p class="none">None</p>`}
    <dl class="letter-headers">
      ${headers.map(
        ({ name, value: bytes }, index) =>
          html`<div key=${index}>
            <dt><bdi>${printableLine(name)}</bdi></dt>
            <dd><${BytesBox} bytes=${bytes} label=${`Header ${printableLine(name)}`} /></dd>
          </div>`,
      )}
    </dl>
    ${headerCount > headers.length && html`<p>${plural(headerCount - headers.length, 'more header')} not shown.</p>`}
    </div>
    ${traceId !== undefined && html`<${TraceBeside} traceId=${traceId} />`}
  </div>`;
}
