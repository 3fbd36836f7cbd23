import swagger from '@fastify/swagger'
import type { FastifyInstance, FastifySchema, RouteOptions } from 'fastify'
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { PROTOCOL_VERSION } from '../../shared/protocol/frames.ts'
import { Attachment } from '../../shared/protocol/attachment.ts'
import { Message } from '../../shared/protocol/message.ts'
import { Problem } from '../../shared/protocol/problem.ts'
import { Me, Upload } from '../../shared/protocol/rest.ts'
import { Session } from '../../shared/protocol/session.ts'

/** What a route's schemas do not say. As OpenAPI writes it. */
export interface RouteNotes {
  /** The fields of a form, where the body may be, or is, multipart/form-data. */
  form?: Record<string, unknown>
  /** Answers that are not JSON; by status. */
  responses?: Record<string, { description: string, content?: Record<string, unknown>, headers?: Record<string, unknown> }>
  headers?: readonly { name: string, description: string }[]
}

declare module 'fastify' {
  interface FastifyContextConfig {
    notes?: RouteNotes
  }
}

/** What the document names; everything else stands in place. */
const NAMED = { Problem, Attachment, Message, Session, Me, Upload }
const schemaRegistry = z.registry<{ id: string }>()
for (const [id, schema] of Object.entries(NAMED))
  schemaRegistry.add(schema, { id })

const toJsonSchema = createJsonSchemaTransform({ schemaRegistry })
/** The app's pages, and the socket, are no part of the API. */
const DESCRIBED = /^\/(?:api\/|healthz$|readyz$|metrics$|openapi\.json$)/

const problem = {
  description: 'What was refused or failed, and why (RFC 9457)',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
}

/** Describes every route that is added from here on, from the schemas that it validates with. */
export async function describeApi(app: FastifyInstance) {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Satchel', version: String(PROTOCOL_VERSION), description: 'Sessions, messages and attachments. Whatever is refused or fails is a problem (RFC 9457).' },
      components: {
        securitySchemes: {
          key: { type: 'http', scheme: 'bearer', description: 'For scripts.' },
          cookie: { type: 'apiKey', in: 'cookie', name: 'satchel_sign_in', description: 'For browsers, from POST /api/sign-in. What changes something needs the Origin of this server.' },
        },
      },
      security: [{ key: [] }, { cookie: [] }],
    },
    transform(document) {
      const { url, route } = document
      if (!DESCRIBED.test(url))
        return { schema: { hide: true }, url }
      const { schema } = toJsonSchema({ ...document, schema: document.schema ?? {} })
      return { schema: withNotes(schema as Described, route), url }
    },
    transformObject: createJsonSchemaTransformObject({ schemaRegistry }),
  })
}

/** How the plugin is told that an answer ends with its headers. */
const NO_BODY = { type: 'null' }

type Described = FastifySchema & { response?: Record<string, unknown> }

function withNotes(schema: Described, { config }: RouteOptions): Described {
  const { form, responses, headers } = config?.notes ?? {}
  const content = { ...schema.body !== undefined && { 'application/json': { schema: schema.body } }, ...form && { 'multipart/form-data': { schema: { type: 'object', properties: form } } } }
  return {
    ...schema,
    ...form && { body: { content } },
    ...headers && { headers: { type: 'object', properties: Object.fromEntries(headers.map(({ name, description }) => [name, { type: 'string', description }])) } },
    ...config?.open && { security: [] },
    response: { ...schema.response, ...Object.fromEntries(Object.entries(responses ?? {}).map(([status, answer]) => [status, answer.content ? answer : { ...answer, ...NO_BODY }])), default: problem },
  }
}
