import { type ChildProcess, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { AppError } from '@dubio/contracts';
import type { Logger } from '@dubio/platform';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { LOGGER } from '../frame/tokens.js';
import type { FromPredictor, ModelOutputs, ToPredictor } from './predict-protocol.js';

const TIMEOUT_MS = 30_000;

/** Beside this file once built; tests run the sources and use what the build made. */
function scriptPath(): string {
  const beside = fileURLToPath(new URL('./predict-process.js', import.meta.url));
  if (existsSync(beside)) return beside;
  return fileURLToPath(new URL('../../dist/predictions/predict-process.js', import.meta.url));
}

type Waiting = {
  resolve: (message: FromPredictor) => void;
  reject: (error: Error) => void;
  timer: NodeJS.Timeout;
};

type WithoutId<Message> = Message extends unknown ? Omit<Message, 'id'> : never;

/**
 * Runs models in a process of its own: a large batch never holds up other requests, and a model
 * that takes the process down does not take the API down. Started when first needed, and again
 * after it died.
 */
@Injectable()
export class Predictor implements OnApplicationShutdown {
  private child: ChildProcess | null = null;
  private readonly waiting = new Map<number, Waiting>();
  private nextId = 1;

  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  /**
   * @param load reads the bytes of the model; asked only when it is not in memory.
   * @throws AppError unavailable, internal
   */
  async run(
    model: string,
    input: { features: Float32Array; shape: number[] },
    load: () => Promise<Uint8Array>,
  ): Promise<ModelOutputs> {
    let answer = await this.ask({ kind: 'run', model, ...input });
    if (answer.kind === 'unknown-model') {
      await this.ask({ kind: 'load', model, bytes: await load() });
      answer = await this.ask({ kind: 'run', model, ...input });
    }
    if (answer.kind !== 'done') throw new AppError('internal', 'The model did not stay loaded.');
    return answer.outputs;
  }

  onApplicationShutdown(): void {
    this.child?.kill('SIGKILL');
  }

  private async ask(message: WithoutId<ToPredictor>): Promise<FromPredictor> {
    const id = this.nextId++;
    const child = this.ensureChild();
    const answer = await new Promise<FromPredictor>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.logger.error({ model: message.model }, 'a prediction took too long');
        child.kill('SIGKILL');
      }, TIMEOUT_MS);
      this.waiting.set(id, { resolve, reject, timer });
      child.send({ ...message, id });
    });
    if (answer.kind !== 'failed') return answer;
    throw new AppError('internal', `The model could not be run: ${answer.message}`);
  }

  private ensureChild(): ChildProcess {
    if (this.child !== null) return this.child;
    const child = fork(scriptPath(), [], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    child.on('message', (message) => this.receive(message as FromPredictor));
    child.on('error', (error) => this.logger.error({ err: error }, 'prediction process'));
    child.on('exit', (code, signal) => this.lose(child, `${signal ?? code}`));
    this.child = child;
    return child;
  }

  private receive(message: FromPredictor): void {
    const waiting = this.waiting.get(message.id);
    if (waiting === undefined) return;
    this.waiting.delete(message.id);
    clearTimeout(waiting.timer);
    waiting.resolve(message);
  }

  private lose(child: ChildProcess, how: string): void {
    if (this.child === child) this.child = null;
    for (const { reject, timer } of this.waiting.values()) {
      clearTimeout(timer);
      reject(new AppError('unavailable', `The prediction process ended (${how}). Try again.`));
    }
    this.waiting.clear();
  }
}
