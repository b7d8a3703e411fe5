"""Decoding of images; detection."""

import numpy as np
import tensorflow as tf

from op_goldens import Family

R = tf.raw_ops


def picture(height, width, channels):
    y, x, c = np.mgrid[0:height, 0:width, 0:channels]
    return np.uint8((x * 16 + y * 9 + c * 70 + (x * y) % 13 * 5) % 256)


def eager(function):
    with tf.init_scope():
        return function().numpy()


def decoding():
    f = Family('images')
    one = lambda data: np.array(data, dtype=object)
    for label, channels, options in [('rgb', 3, {}), ('gray', 1, {}), ('progressive', 3, {'progressive': True}), ('444', 3, {'chroma_downsampling': False}), ('low', 3, {'quality': 30}),
                                     ('optimised', 3, {'optimize_size': True}), ('odd', 3, {'quality': 80})]:
        size = (9, 7) if label == 'odd' else (17, 10) if label in ('rgb', 'progressive') else (8, 8)
        data = eager(lambda: tf.io.encode_jpeg(picture(*size, channels), format='grayscale' if channels == 1 else 'rgb', **options))
        for wanted in [0, 1, 3]:
            f.case(f'DecodeJpeg/{label}/{wanted}', lambda x, w=wanted: R.DecodeJpeg(contents=x, channels=w), x=one(data))
        if label in ('rgb', 'odd'):
            f.case(f'DecodeJpeg/{label}/plainUpscaling', lambda x: R.DecodeJpeg(contents=x, channels=3, fancy_upscaling=False), x=one(data))
            f.case(f'DecodeJpeg/{label}/accurate', lambda x: R.DecodeJpeg(contents=x, channels=3, dct_method='INTEGER_ACCURATE'), x=one(data))
            for ratio in [2, 4]:
                f.case(f'DecodeJpeg/{label}/ratio{ratio}', lambda x, n=ratio: R.DecodeJpeg(contents=x, channels=3, ratio=n), x=one(data))
            f.case(f'DecodeImage/jpeg/{label}', lambda x: R.DecodeImage(contents=x, channels=3), x=one(data))
        if label == 'odd':
            f.case(f'DecodeImage/jpegFloat/{label}', lambda x: R.DecodeImage(contents=x, channels=3, dtype=tf.float32), x=one(data))
            f.case(f'ExtractJpegShape/{label}', lambda x: R.ExtractJpegShape(contents=x), x=one(data))
            f.case(f'DecodeAndCropJpeg/{label}', lambda x: R.DecodeAndCropJpeg(contents=x, crop_window=[1, 2, 5, 4], channels=3), x=one(data))
    for channels in [1, 2, 3, 4]:
        for bits in [8, 16]:
            values = picture(5, 6, channels)
            values = values if bits == 8 else values.astype(np.uint16) * 257 - 3
            data = eager(lambda: tf.io.encode_png(values))
            for wanted in [0, 1, 3, 4]:
                f.case(f'DecodePng/{channels}x{bits}/{wanted}', lambda x, w=wanted: R.DecodePng(contents=x, channels=w), x=one(data))
            f.case(f'DecodePng/{channels}x{bits}/uint16', lambda x: R.DecodePng(contents=x, channels=0, dtype=tf.uint16), x=one(data))
            if channels in (1, 3):
                f.case(f'DecodeImage/{channels}x{bits}', lambda x: R.DecodeImage(contents=x), x=one(data))
                f.case(f'DecodeImage/float/{channels}x{bits}', lambda x: R.DecodeImage(contents=x, dtype=tf.float32), x=one(data))
    for label, data in made_pngs().items():
        for wanted in [0, 3, 4]:
            f.case(f'DecodePng/{label}/{wanted}', lambda x, w=wanted: R.DecodePng(contents=x, channels=w), x=one(data))
    f.case('DecodeJpeg/garbage', lambda x: R.DecodeJpeg(contents=x), x=one(b'not an image'))
    f.case('DecodePng/garbage', lambda x: R.DecodePng(contents=x), x=one(b'\x89PNG\r\n\x1a\nxx'))
    f.case('DecodeImage/garbage', lambda x: R.DecodeImage(contents=x), x=one(b'not an image'))
    bmp = b'BM' + (54 + 16).to_bytes(4, 'little') + bytes(4) + (54).to_bytes(4, 'little') + (40).to_bytes(4, 'little') + (2).to_bytes(4, 'little') + (2).to_bytes(4, 'little') + (1).to_bytes(2, 'little') + (24).to_bytes(2, 'little') + bytes(24) + bytes(range(16))
    f.case('DecodeBmp', lambda x: R.DecodeBmp(contents=x, channels=3), x=one(bmp))
    f.case('EncodePng', lambda x: R.DecodePng(contents=R.EncodePng(image=x)), x=picture(3, 4, 3))
    return f


def made_pngs():
    """Kinds of PNG that encode_png does not make: palettes, transparency, few bits, interlacing, every filter."""
    import struct
    import zlib

    def chunk(kind, data):
        return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))

    def png(width, height, bits, color, rows, extra=b'', interlace=0):
        return (b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', width, height, bits, color, 0, 0, interlace)) + extra
                + chunk(b'IDAT', zlib.compress(rows)) + chunk(b'IEND', b''))

    palette = chunk(b'PLTE', bytes([255, 0, 0, 0, 255, 0, 0, 0, 255, 10, 20, 30]))
    filters = b''.join(bytes([kind]) + bytes((x * 7 + kind * 31) % 256 for x in range(12)) for kind in range(5))
    adam7 = b''.join(b'\x00' + bytes(range(30 * i, 30 * i + 3 * w)) for i, (w, h) in enumerate([(1, 1), (1, 1), (1, 1), (2, 1), (2, 1)]) for _ in range(h))
    return {
        'palette2': png(4, 2, 2, 3, b'\x00\x1b\x00\xe4', palette),
        'palette8': png(3, 2, 8, 3, b'\x00\x00\x01\x02\x00\x03\x02\x01', palette),
        'paletteAlpha': png(4, 1, 2, 3, b'\x00\x1b', palette + chunk(b'tRNS', bytes([0, 128]))),
        'gray1': png(10, 2, 1, 0, b'\x00\xaa\x40\x00\x55\x80'),
        'gray4': png(3, 1, 4, 0, b'\x00\x1a\xf0'),
        'grayKey': png(3, 1, 8, 0, b'\x00\x05\x06\x07', chunk(b'tRNS', b'\x00\x06')),
        'rgbKey': png(2, 1, 8, 2, b'\x00\x01\x02\x03\x04\x05\x06', chunk(b'tRNS', b'\x00\x04\x00\x05\x00\x06')),
        'filters': png(4, 5, 8, 2, filters),
        'gamma': png(3, 1, 8, 0, b'\x00\x05\x66\xb7', chunk(b'gAMA', struct.pack('>I', 45455))),
    }


def detection():
    f = Family('detection', known='batch')
    r = f.rng('detection')
    corner = r.uniform(0, 0.6, (12, 2))
    boxes = np.float32(np.concatenate([corner, corner + r.uniform(0.2, 0.4, (12, 2))], 1))
    boxes[3], boxes[7] = boxes[2] + 0.02, boxes[6] + 0.01
    scores = np.float32(r.permutation(12) / 12 + 0.04)
    f.case('NonMaxSuppression', lambda b, s: R.NonMaxSuppression(boxes=b, scores=s, max_output_size=5, iou_threshold=0.4), b=boxes, s=scores)
    f.case('NonMaxSuppressionV2', lambda b, s, t: R.NonMaxSuppressionV2(boxes=b, scores=s, max_output_size=20, iou_threshold=t), b=boxes, s=scores, t=np.float32(0.3))
    f.case('NonMaxSuppressionV3', lambda b, s: R.NonMaxSuppressionV3(boxes=b, scores=s, max_output_size=20, iou_threshold=0.3, score_threshold=0.4), b=boxes, s=scores)
    for pad in [False, True]:
        f.case(f'NonMaxSuppressionV4/{pad}', lambda b, s, p=pad: list(R.NonMaxSuppressionV4(boxes=b, scores=s, max_output_size=20, iou_threshold=0.3, score_threshold=0.4, pad_to_max_output_size=p)), b=boxes, s=scores)
        f.case(f'NonMaxSuppressionV5/{pad}', lambda b, s, p=pad: list(R.NonMaxSuppressionV5(boxes=b, scores=s, max_output_size=20, iou_threshold=0.5, score_threshold=0.2, soft_nms_sigma=0.5, pad_to_max_output_size=p)), b=boxes, s=scores)
    f.case('NonMaxSuppressionV5/hard', lambda b, s: list(R.NonMaxSuppressionV5(boxes=b, scores=s, max_output_size=20, iou_threshold=0.3, score_threshold=0.2, soft_nms_sigma=0.0)), b=boxes, s=scores)
    f.case('NonMaxSuppressionV3/flipped', lambda b, s: R.NonMaxSuppressionV3(boxes=b, scores=s, max_output_size=4, iou_threshold=0.5, score_threshold=0.0), b=boxes[:, [2, 3, 0, 1]], s=scores)
    f.case('NonMaxSuppressionWithOverlaps', lambda o, s: R.NonMaxSuppressionWithOverlaps(overlaps=o, scores=s, max_output_size=3, overlap_threshold=0.5, score_threshold=0.1), o=np.float32([[1, 0.6, 0], [0.6, 1, 0.2], [0, 0.2, 1]]), s=np.float32([0.5, 0.9, 0.3]))
    for classes in [1, 3]:
        for clip in [True, False]:
            f.case(f'CombinedNonMaxSuppression/{classes}{clip}', lambda b, s, c=clip: list(R.CombinedNonMaxSuppression(boxes=b, scores=s, max_output_size_per_class=4, max_total_size=6, iou_threshold=0.4, score_threshold=0.2, clip_boxes=c)),
                   b=np.float32(r.uniform(-0.2, 1.2, (2, 8, classes, 4))), s=np.float32(r.permutation(2 * 8 * 3)[:2 * 8 * classes].reshape(2, 8, classes) / 48))
    f.case('CombinedNonMaxSuppression/shared', lambda b, s: list(R.CombinedNonMaxSuppression(boxes=b, scores=s, max_output_size_per_class=4, max_total_size=6, iou_threshold=0.4, score_threshold=0.2)), b=boxes.reshape(1, 12, 1, 4), s=np.float32(r.permutation(24).reshape(1, 12, 2) / 24))
    f.case('CombinedNonMaxSuppression/perClass', lambda b, s: list(R.CombinedNonMaxSuppression(boxes=b, scores=s, max_output_size_per_class=2, max_total_size=9, iou_threshold=0.4, score_threshold=0.2, pad_per_class=True)), b=boxes.reshape(1, 12, 1, 4), s=np.float32(r.permutation(24).reshape(1, 12, 2) / 24))
    return f


FAMILIES = [decoding, detection]
