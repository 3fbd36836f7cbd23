declare module 'saxen' {
  /** Attributes as they are written: entities are not decoded. */
  type Attributes = () => Record<string, string>
  type Decode = (text: string) => string

  export class Parser {
    on(event: 'openTag', handle: (name: string, attributes: Attributes, decode: Decode, selfClosing: boolean) => void): this
    on(event: 'closeTag', handle: (name: string, decode: Decode, selfClosing: boolean) => void): this
    on(event: 'text', handle: (text: string, decode: Decode) => void): this
    on(event: 'cdata', handle: (text: string) => void): this
    on(event: 'attention', handle: (text: string) => void): this
    on(event: 'error' | 'warn', handle: (error: Error) => void): this
    parse(xml: string): this
    stop(): void
  }
}
