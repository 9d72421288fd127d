/** @import { Route } from '../../router.js' */
import { useKeys } from '../../hooks/use-keys.js';
import { html } from '../../html.js';
import { deadLettersUrl, navigate, topicUrl } from '../../router.js';
import { RecordView } from './record-view.js';
import { TopicView } from './topic-view.js';
import { TopicsView } from './topics-view.js';

/**
 * Dead-letter topics, one of them, or one of its records. Esc goes from each to the one before.
 *
 * @param {{ route: Route, canReplay: boolean }} props
 */
export function DeadLettersView({ route: { record, query }, canReplay }) {
  const { topic, partition, offset } = record;
  useKeys((event) => {
    if (event.key !== 'Escape' || topic === '') return;
    event.preventDefault();
    navigate(offset === '' ? deadLettersUrl() : topicUrl(topic));
  });
  if (topic === '') return html`<${TopicsView} />`;
  if (offset === '') return html`<${TopicView} key=${topic} topic=${topic} query=${query} canReplay=${canReplay} />`;
  return html`<${RecordView} key=${`${topic}/${partition}/${offset}`} address=${record} canReplay=${canReplay} />`;
}
