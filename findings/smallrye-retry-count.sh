#!/usr/bin/env bash
# SmallRye of Quarkus 3.33.2 on Apache Kafka 4.4.0: a record that waits for its first retry has delayed-retry-count 0. What is given up goes to the topic of
# dead-letter-queue.topic with the headers delayed-retry-* and none of the dead-letter-* that failure-strategy=dead-letter-queue writes. The repeats of a header have the
# newest first, where what Kafka's clients append comes last: the last delayed-retry-topic is the source.
. "$(dirname "$0")/support/kafka.sh"
install kafkajs@2.2.4
start_kafka
mkdir -p "$work/service/src/main/java" "$work/service/src/main/resources"
cat >"$work/service/src/main/java/Orders.java" <<'JAVA'
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.reactive.messaging.Incoming;

@ApplicationScoped
public class Orders {
  @Incoming("orders")
  public void handle(String value) {
    throw new IllegalStateException("no stock for " + value);
  }
}
JAVA
cat >"$work/service/src/main/resources/application.properties" <<PROPERTIES
kafka.bootstrap.servers=$brokers
mp.messaging.incoming.orders.connector=smallrye-kafka
mp.messaging.incoming.orders.topic=orders
mp.messaging.incoming.orders.group.id=stock
mp.messaging.incoming.orders.auto.offset.reset=earliest
mp.messaging.incoming.orders.failure-strategy=delayed-retry-topic
mp.messaging.incoming.orders.delayed-retry-topic.topics=orders_retry_1000,orders_retry_2000
mp.messaging.incoming.orders.dead-letter-queue.topic=letters
quarkus.devservices.enabled=false
PROPERTIES
cat >"$work/service/pom.xml" <<'POM'
<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>findings</groupId><artifactId>smallrye</artifactId><version>1</version><properties>
<maven.compiler.release>17</maven.compiler.release><project.build.sourceEncoding>UTF-8</project.build.sourceEncoding></properties>
<dependencyManagement><dependencies><dependency><groupId>io.quarkus.platform</groupId><artifactId>quarkus-bom</artifactId>
<version>3.33.2</version><type>pom</type><scope>import</scope></dependency></dependencies></dependencyManagement>
<dependencies><dependency><groupId>io.quarkus</groupId><artifactId>quarkus-messaging-kafka</artifactId></dependency></dependencies>
<build><plugins>
<plugin><groupId>org.apache.maven.plugins</groupId><artifactId>maven-compiler-plugin</artifactId><version>3.14.1</version></plugin>
<plugin><groupId>org.apache.maven.plugins</groupId><artifactId>maven-resources-plugin</artifactId><version>3.3.1</version></plugin>
<plugin><groupId>io.quarkus.platform</groupId><artifactId>quarkus-maven-plugin</artifactId><version>3.33.2</version><extensions>true</extensions>
<executions><execution><goals><goal>build</goal></goals></execution></executions></plugin>
</plugins></build></project>
POM
mvn --quiet --batch-mode -Dstyle.color=never --file "$work/service/pom.xml" package
run <<'JS'
import kafkajs from 'kafkajs';
import { spawn } from 'node:child_process';
const kafka = new kafkajs.Kafka({ brokers: [process.env.KAFKA_BROKERS], logLevel: kafkajs.logLevel.NOTHING });
const admin = kafka.admin();
await admin.connect();
const topics = ['orders', 'orders_retry_1000', 'orders_retry_2000', 'letters'];
await admin.createTopics({ topics: topics.map((topic) => ({ topic, numPartitions: 1 })), waitForLeaders: true });
const producer = kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
await producer.connect();
await producer.send({ topic: 'orders', messages: [{ value: 'tea' }] });
const quarkus = ['-Xmx256m', '-jar', 'service/target/quarkus-app/quarkus-run.jar'];
const service = spawn('java', quarkus, { stdio: 'ignore' });
const consumer = kafka.consumer({ groupId: 'finding' });
await consumer.connect();
await consumer.subscribe({ topics: topics.slice(1), fromBeginning: true });
const records = [];
await new Promise((resolve) => {
  void consumer.run({
    eachMessage: async ({ topic, message }) => {
      records.push({ topic, headers: message.headers });
      if (topic === 'letters') resolve();
    },
  });
});
service.kill();
for (const { topic, headers } of records) {
  const origins = [headers['delayed-retry-topic']].flat();
  const others = Object.keys(headers).filter((name) => !name.startsWith('delayed-retry-'));
  console.log(`${topic}: count ${headers['delayed-retry-count']}; topics ${origins.join(', ')}; other headers ${others.join(', ') || 'none'}`);
}
process.exit(0);
JS
expect 'orders_retry_1000: count 0; topics orders; other headers none
orders_retry_2000: count 1; topics orders_retry_1000, orders; other headers none
letters: count 2; topics orders_retry_2000, orders_retry_1000, orders; other headers none'
