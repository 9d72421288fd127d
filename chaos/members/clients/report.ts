import { tell, type Boundary, type CommittedPosition } from '../../judge/journal.ts';
import { offsetCommit, produce, watchSentRequests } from './sent-requests.ts';

/** Called at each moment at which the member may be killed. */
type At = (boundary: Boundary) => void;

/** Reports a commit at its moments. @param commit rejects when it was not acknowledged */
export async function reportCommit<T>(positions: readonly CommittedPosition[], at: At, commit: () => Promise<T>): Promise<T> {
  for (const position of positions) tell({ kind: 'commit-asked', ...position });
  at('commit-asked');
  const answer = await commit();
  for (const position of positions) tell({ kind: 'committed', ...position });
  at('commit-acknowledged');
  return answer;
}

/** Reports the moments of a dead-letter record. @param send rejects when it was not acknowledged */
export async function reportDeadLetter<T>(at: At, send: () => Promise<T>): Promise<T> {
  at('dead-letter-asked');
  const answer = await send();
  at('dead-letter-acknowledged');
  return answer;
}

/** Reports commits and dead-letter records as they are on the wire: nothing else of a member's is such a request. */
export function reportSent(at: At): void {
  watchSentRequests((apiKey) => {
    if (apiKey === offsetCommit) at('commit-sent');
    if (apiKey === produce) at('dead-letter-sent');
  });
}
