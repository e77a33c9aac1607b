import { api } from '@dubio/contracts';
import { Controller, StreamableFile } from '@nestjs/common';
import type { EndpointCall, EndpointResult } from '../frame/call.js';
import { decodeCursor, TimeCursor, toPage } from '../frame/cursor.js';
import { Endpoint } from '../frame/endpoint.decorator.js';
import { toModel } from './model.mapper.js';
import { ModelRepository } from './model.repository.js';
import { type Artifact, ModelService } from './model.service.js';

const {
  list,
  get,
  compression,
  downloadOnnx,
  downloadCompressedOnnx,
  downloadSafetensors,
  promote,
} = api.models;

const toDownload = ({ stream, sizeBytes, fileName }: Artifact): StreamableFile =>
  new StreamableFile(stream, {
    type: 'application/octet-stream',
    disposition: `attachment; filename="${fileName}"`,
    length: sizeBytes,
  });

@Controller()
export class ModelController {
  constructor(
    private readonly service: ModelService,
    private readonly repository: ModelRepository,
  ) {}

  @Endpoint(list)
  async list(call: EndpointCall<typeof list>): Promise<EndpointResult<typeof list>> {
    const { limit, cursor } = call.query;
    const before = decodeCursor(TimeCursor, cursor);
    const rows = await this.repository.list(call.params.projectId, { before, limit });
    return toPage(rows, limit, {
      show: toModel,
      cursor: (row) => [row.createdAt.toISOString(), row.id],
    });
  }

  @Endpoint(get)
  async get(call: EndpointCall<typeof get>): Promise<EndpointResult<typeof get>> {
    return this.service.get(call.params.projectId, call.params.modelId);
  }

  @Endpoint(downloadOnnx)
  async onnx(call: EndpointCall<typeof downloadOnnx>): Promise<StreamableFile> {
    const { projectId, modelId } = call.params;
    return toDownload(await this.service.open(projectId, modelId, 'onnx'));
  }

  @Endpoint(compression)
  async compression(
    call: EndpointCall<typeof compression>,
  ): Promise<EndpointResult<typeof compression>> {
    return this.service.getCompression(call.params.projectId, call.params.modelId);
  }

  @Endpoint(downloadCompressedOnnx)
  async compressedOnnx(call: EndpointCall<typeof downloadCompressedOnnx>): Promise<StreamableFile> {
    const { projectId, modelId } = call.params;
    return toDownload(await this.service.openSmall(projectId, modelId));
  }

  @Endpoint(downloadSafetensors)
  async safetensors(call: EndpointCall<typeof downloadSafetensors>): Promise<StreamableFile> {
    const { projectId, modelId } = call.params;
    return toDownload(await this.service.open(projectId, modelId, 'safetensors'));
  }

  @Endpoint(promote)
  async promote(call: EndpointCall<typeof promote>): Promise<EndpointResult<typeof promote>> {
    return this.service.promote(call.actor, call.place, call.params.modelId);
  }
}
