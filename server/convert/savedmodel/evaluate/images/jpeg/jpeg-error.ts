// What is wrong with a JPEG file, inside the decoder: TensorFlow has one text for all of it.

/** The data cannot be decoded as libjpeg would. It never leaves the kernels. */
export class JpegError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'JpegError';
  }
}

/** The data ends before what it announces: rows before that may be used. */
export class JpegEnd extends JpegError {
  constructor() {
    super('the data ends too early');
    this.name = 'JpegEnd';
  }
}
