import { allEndpoints, type EndpointDefinition } from '@dubio/contracts';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { ENDPOINT } from './endpoint.decorator.js';

/**
 * Compares handlers with the contract: each endpoint has exactly one handler, and nothing else is
 * served.
 */
@Injectable()
export class RouteCheck implements OnApplicationBootstrap {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
  ) {}

  /** @throws Error that lists what is missing, doubled or unknown: the process does not start. */
  onApplicationBootstrap(): void {
    const served = this.handlers().map((definition) => definition.id);
    const wanted = allEndpoints.map((definition) => definition.id);
    const problems = [
      ...wanted.filter((id) => !served.includes(id)).map((id) => `${id} has no handler`),
      ...served.filter((id) => !wanted.includes(id)).map((id) => `${id} is not in the contract`),
      ...served
        .filter((id, index) => served.indexOf(id) !== index)
        .map((id) => `${id} has two handlers`),
    ];
    if (problems.length > 0) {
      throw new Error(`Handlers and contract do not agree: ${problems.join('; ')}.`);
    }
  }

  private handlers(): EndpointDefinition[] {
    return this.discovery.getControllers().flatMap(({ instance }) => {
      const prototype: Record<string, unknown> = Object.getPrototypeOf(instance);
      return this.scanner.getAllMethodNames(prototype).flatMap((name) => {
        const method = prototype[name];
        if (typeof method !== 'function') return [];
        return this.reflector.get<EndpointDefinition>(ENDPOINT, method) ?? [];
      });
    });
  }
}
