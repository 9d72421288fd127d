import { installed, step } from '../../clients/support/installed.ts';
import { programFile, type Framework } from './framework.ts';
import { digest, versionProperties } from './pom.ts';

/** Quarkus with a method from payload to payload. */
export const quarkusPayload: Framework = quarkusProgram({
  name: 'quarkus-payload',
  title: 'Quarkus, a payload',
  variables: { HOP_PAYLOADS: 'true', HOP_MESSAGES: 'false' },
});

/** Quarkus with a method from message to message, which hands the record's headers on. */
export const quarkusMessage: Framework = quarkusProgram({
  name: 'quarkus-message',
  title: 'Quarkus, a message with its headers',
  variables: { HOP_PAYLOADS: 'false', HOP_MESSAGES: 'true' },
});

interface QuarkusProgram {
  readonly name: string;
  readonly title: string;
  readonly variables: Readonly<Record<string, string>>;
}

/** Quarkus' own plug-in builds it, and the propagators are fixed then: at the start, the variable changes nothing. */
function quarkusProgram({ name, title, variables }: QuarkusProgram): Framework {
  const pom = programFile('quarkus/pom.xml');
  const sources = ['java/hops/Hop.java', 'resources/application.properties'].map((path) => programFile(`quarkus/src/main/${path}`));
  return {
    name,
    title,
    needs: 'a JDK of version 17 and Maven',
    settings: [{}, { QUARKUS_OTEL_PROPAGATORS: 'tracecontext,baggage,b3' }],
    versions: () => versionProperties(pom),
    async install(setting) {
      const built = Object.values(setting).map((value) => `-${value.replaceAll(/\W+/g, '-')}`);
      const folder = await installed(`hops-quarkus-${digest(pom, ...sources)}${built.join('')}`, (fresh) =>
        step('mvn', ['-q', '-B', '-Dstyle.color=never', '-f', pom, 'package', `-Dhops.target=${fresh}`], {
          env: { ...process.env, ...setting },
        }),
      );
      return {
        file: 'java',
        args: ['-Xmx256m', '-XX:TieredStopAtLevel=1', '-jar', `${folder}/quarkus-app/quarkus-run.jar`],
        env: variables,
      };
    },
  };
}
