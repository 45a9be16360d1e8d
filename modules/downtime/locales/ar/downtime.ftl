downtime-title = ملف الطوارئ الورقي
downtime-off = هذا الخادم لا يُعدّ ملف الطوارئ. اطلبوا من مصلحة المعلوميات تشغيله.
downtime-made = آخر ملف بتاريخ { $when } ({ $ago }).
downtime-wards = { $n ->
    [one] ورقة واحدة.
    [two] ورقتان.
    [few] { $n } أوراق.
   *[other] { $n } ورقة.
  }
downtime-patients = { $n ->
    [0] لا مرضى.
    [one] مريض واحد.
    [two] مريضان.
    [few] { $n } مرضى.
   *[other] { $n } مريضا.
  }
downtime-old = مرّ عليه أكثر من خمس عشرة دقيقة: أخبروا مصلحة المعلوميات. يمكن استعماله في الانتظار.
downtime-none-yet = لم يُعدّ أي ملف بعد منذ بدء التشغيل.
downtime-second-failed = فشلت النسخة على الجهاز الآخر؛ الملف هنا كامل.
downtime-failed = فشلت محاولة { $when }؛ يبقى الملف السابق.
downtime-folder = المجلد:
downtime-every = { $n ->
    [one] كل دقيقة
    [two] كل دقيقتين
    [few] كل { $n } دقائق
   *[other] كل { $n } دقيقة
  }
downtime-how = عند الانقطاع
downtime-how-open = افتحوا صفحة مصلحتكم في مجلد الطوارئ على الجهاز واكتبوا عبارة الطوارئ. تُفتح دون شبكة.
downtime-how-print = اطبعوا كل شيء على ورق A4. وقت الوضع في الأعلى: اسألوا الفريق عما حدث بعده.
downtime-how-write = اكتبوا على الأوراق الفارغة، كل مرة مع الوقت الفعلي واسمكم. تحققوا من الحساسيات عند كل جرعة.
downtime-how-back = عند العودة أدخلوا سطرا سطرا بالوقت الفعلي، أشّروا، ثم انظروا اللائحة أدناه. احتفظوا بالأوراق في الملف.
downtime-late = ما أُدخل لاحقا
downtime-since = منذ
downtime-look = عرض
downtime-wrong = هذا التاريخ غير مقروء أو لم يحن بعد أو يعود إلى أكثر من أربعة عشر يوما. هذه آخر أربع وعشرين ساعة.
downtime-written-since = كُتب منذ { $when }، بعد أكثر من ساعة من حدوثه.
downtime-cut = لا يظهر كل شيء: اختاروا وقتا أقرب.
downtime-late-none = لم يُدخل شيء لاحقا.
downtime-occurred = الوقت الفعلي
downtime-recorded = أُدخل
downtime-patient = المريض
downtime-what = ماذا
downtime-by = من طرف
downtime-admission = دخول
downtime-unnamed = بدون تسمية
