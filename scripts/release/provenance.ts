import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { webAddress, type RepositoryManifest } from '../packages/complete-manifest.ts';
import type { Packed } from '../packages/pack.ts';

/** What a build was made of. */
export interface Build {
  readonly root: RepositoryManifest;
  /** The commit that was built. */
  readonly commit: string;
  readonly startedOn: Date;
  readonly finishedOn: Date;
}

/**
 * The provenance of tarballs: an in-toto statement, version 1, with a SLSA provenance, version 1 (slsa.dev/spec/v1.0/provenance). It is not
 * signed: npm signs a statement of its own when the workflow publishes. This one says of what was packed here of which commit it is.
 */
export function provenanceStatement(packed: readonly Packed[], { root, commit, startedOn, finishedOn }: Build): object {
  const address = webAddress(root);
  const tag = `refs/tags/v${root.version}`;
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: packed.map(({ name, tarball }) => ({
      name: `pkg:npm/${name.replace('@', '%40')}@${root.version}`,
      digest: { sha512: digest('sha512', tarball) },
    })),
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType: `${address}/blob/v${root.version}/RELEASING.md`,
        externalParameters: { repository: address, ref: tag },
        internalParameters: { node: process.version, platform: `${process.platform} ${process.arch}` },
        resolvedDependencies: [
          { uri: `git+${address}@${tag}`, digest: { gitCommit: commit } },
          { uri: 'package-lock.json', digest: { sha256: digest('sha256', 'package-lock.json') } },
        ],
      },
      runDetails: {
        builder: { id: `${address}/blob/v${root.version}/scripts/release/main.ts` },
        metadata: { startedOn: startedOn.toISOString(), finishedOn: finishedOn.toISOString() },
        byproducts: packed.map(({ tarball }) => ({ name: basename(tarball) })),
      },
    },
  };
}

function digest(algorithm: string, file: string): string {
  return createHash(algorithm).update(readFileSync(file)).digest('hex');
}
