/** @import { Route } from '../../router.js' */
import { html } from '../../html.js';
import { RecordView } from './record-view.js';
import { TopicView } from './topic-view.js';
import { TopicsView } from './topics-view.js';

/**
 * Dead-letter topics, one of them, or one of its records.
 *
 * @param {{ route: Route, canReplay: boolean }} props
 */
export function DeadLettersView({ route: { record, query }, canReplay }) {
  if (record.topic === '') return html`<${TopicsView} />`;
  if (record.offset === '') return html`<${TopicView} key=${record.topic} topic=${record.topic} query=${query} canReplay=${canReplay} />`;
  return html`<${RecordView} key=${`${record.topic}/${record.partition}/${record.offset}`} address=${record} canReplay=${canReplay} />`;
}
