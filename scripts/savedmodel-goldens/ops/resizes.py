"""Resizing of images, in every mode."""

import numpy as np
import tensorflow as tf

from op_goldens import Family

R = tf.raw_ops


def resizes():
    f = Family('resizes', known='batch')
    r = f.rng('resizes')
    image = np.float32(r.uniform(0, 255, (1, 4, 5, 1)).round(1))
    for op in ['ResizeBilinear', 'ResizeNearestNeighbor', 'ResizeBicubic', 'ResizeArea']:
        for corners, half in [(False, False), (True, False), (False, True)]:
            if op == 'ResizeArea' and half:
                continue
            for size in [(7, 8), (2, 3), (1, 1), (4, 5), (9, 2)]:
                extra = {} if op == 'ResizeArea' else {'half_pixel_centers': half}
                f.case(f'{op}/{"corners" if corners else "half" if half else "plain"}/{size[0]}x{size[1]}', lambda x, op=op, s=size, c=corners, e=extra:
                       getattr(R, op)(images=x, size=np.int32(s), align_corners=c, **e), x=image)
    for op in ['ResizeBilinear', 'ResizeNearestNeighbor', 'ResizeBicubic']:
        f.case(f'{op}/uint8', lambda x, op=op: getattr(R, op)(images=x, size=[3, 7], half_pixel_centers=True), x=image.astype(np.uint8))
        f.case(f'{op}/fedSize', lambda x, s, op=op: getattr(R, op)(images=x, size=s, half_pixel_centers=True), x=image, s=np.int32([6, 3]))
        f.case(f'{op}/unknownSizes', lambda x, op=op: getattr(R, op)(images=x, size=tf.shape(x)[1:3] * 2, half_pixel_centers=True), known='rank', x=image)
    for kernel in ['lanczos3', 'lanczos5', 'gaussian', 'triangle', 'keyscubic', 'mitchellcubic', 'box']:
        for antialias in [True, False]:
            f.case(f'ScaleAndTranslate/{kernel}{antialias}', lambda x, k=kernel, a=antialias: R.ScaleAndTranslate(images=x, size=[3, 8], scale=np.float32([0.75, 1.6]), translation=np.float32([0, 0]), kernel_type=k, antialias=a), x=image)
    for method in ['nearest', 'bilinear', 'bicubic', 'area', 'lanczos3']:
        f.case(f'image.resize/{method}', lambda x, m=method: tf.image.resize(x, [3, 4], m, antialias=True), x=image)
    f.case('image.resize/pad', lambda x: tf.image.resize_with_pad(x, 6, 6), x=image)
    f.case('CropAndResize', lambda x, b, i: R.CropAndResize(image=x, boxes=b, box_ind=i, crop_size=[3, 2]), known='all', x=image, b=np.float32([[0, 0, 1, 1], [0.2, 0.5, 0.7, 1.3], [0.9, 0.9, 0.1, 0.2]]), i=np.int32([0, 0, 0]))
    f.case('CropAndResize/nearest', lambda x, b, i: R.CropAndResize(image=x, boxes=b, box_ind=i, crop_size=[3, 2], method='nearest', extrapolation_value=-1.0), known='all', x=image, b=np.float32([[0, 0, 1, 1], [0.2, 0.5, 0.7, 1.3]]), i=np.int32([0, 0]))
    f.case('AdjustContrast', lambda x: tf.image.adjust_contrast(x, 2.0), x=image)
    f.case('AdjustContrastv2', lambda x: R.AdjustContrastv2(images=x, contrast_factor=0.5), x=image)
    f.case('RgbToGrayscale', lambda x: tf.image.rgb_to_grayscale(x), x=np.float32(r.uniform(0, 1, (1, 2, 2, 3))))
    f.case('RGBToHSV', lambda x: R.RGBToHSV(images=x), x=np.float32(r.uniform(0, 1, (1, 2, 2, 3))))
    f.case('HSVToRGB', lambda x: R.HSVToRGB(images=x), x=np.float32(r.uniform(0, 1, (1, 2, 2, 3))))
    f.case('PerImageStandardization', lambda x: tf.image.per_image_standardization(x), x=image)
    f.case('ConvertImageDtype', lambda x: tf.image.convert_image_dtype(x, tf.float32), x=image.astype(np.uint8))
    f.case('ImageProjectiveTransformV3', lambda x, t: R.ImageProjectiveTransformV3(images=x, transforms=t, output_shape=[4, 5], fill_value=0.5, interpolation='BILINEAR'), x=image, t=np.float32([[1, 0.1, -1, 0, 0.9, 0.5, 0, 0]]))
    f.case('CentralCrop', lambda x: tf.image.central_crop(x, 0.5), known='all', x=image)
    return f


FAMILIES = [resizes]
