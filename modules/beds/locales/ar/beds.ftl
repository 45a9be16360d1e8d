# الأسرة والأماكن.
beds-title = الأسرة
beds-group-hint = كل المصالح في هذه اللحظة. المكان جاهز حين يكون شاغرا ونظيفا ومفتوحا وغير موعود لأحد.
beds-ward = المصلحة
beds-site = الموقع
beds-place = المكان
beds-patient = المريض
beds-number = الرقم
beds-state = الحالة
beds-why = الأسباب
beds-none = لا يوجد مكان موصوف هنا. تُكتب البنية بموارد Location.
beds-count-ready = جاهزة
beds-count-unclean = للتنظيف
beds-count-occupied = مشغولة
beds-count-kept = محفوظة
beds-count-promised = موعودة
beds-count-closed = مغلقة
beds-count-share = نسبة الإشغال
beds-state-free = شاغر
beds-state-occupied = مشغول
beds-state-kept = محفوظ
beds-hygiene-clean = نظيف
beds-hygiene-dirty = متسخ
beds-hygiene-cleaning = قيد التنظيف
beds-service-open = مفتوح
beds-service-out-of-order = خارج الخدمة
beds-service-unstaffed = بلا طاقم
beds-isolates = عزل
beds-unseen = مشغول؛ الهوية غير معروضة.
beds-kept-for = محفوظ لـ
beds-promised-to = موعود لـ
beds-promised-unseen = موعود؛ الهوية غير معروضة.
beds-guest-of = المسؤول:
beds-leaves = الخروج المتوقع:
beds-leaves-decided = تقرر الخروج
beds-delay-transport = ينتظر النقل
beds-delay-papers = ينتظر الوثائق
beds-delay-medicines = ينتظر أدويته
beds-delay-family = ينتظر أسرته
beds-delay-result = ينتظر نتيجة
beds-delay-place = ينتظر مكانا آخر
beds-act-cleaning = بدء التنظيف
beds-act-clean = نظيف
beds-act-dirty = التصريح بأنه متسخ
beds-act-service = الوضع في الخدمة أو خارجها
beds-act-open = فتح
beds-act-out-of-order = خارج الخدمة
beds-act-unstaffed = بلا طاقم
beds-act-find = البحث عن مكان
beds-act-promise = حجز
beds-wall = شاشة حائطية
beds-wall-end = مغادرة الشاشة الحائطية
beds-back = العودة إلى المصلحة
beds-back-stay = العودة إلى الإقامة
beds-promise = حجز مكان
beds-promise-has = المكان الموعود:
beds-promise-ward = المصلحة
beds-promise-isolation = يجب أن يكون وحده
beds-promise-look = بحث
beds-promise-none = لا يوجد مكان مفتوح. اختر مصلحة أخرى أو مكانا إضافيا.
beds-reason-ready = جاهز
beds-reason-occupied = ما زال مشغولا
beds-reason-kept = محفوظ لغائب
beds-reason-dirty = للتنظيف
beds-reason-cleaning = قيد التنظيف
beds-reason-other-ward = مصلحة أخرى
beds-reason-sex = غرفة للجنس الآخر
beds-reason-not-alone = غرفة مشتركة
beds-reason-other-kind = نوع آخر من الأماكن
beds-reason-lacks = ينقص: { $what }
beds-wrong-RH-PLACE-TAKEN = أُخذ هذا المكان أو وُعد به قبل لحظة. اختر غيره.
beds-wrong-RH-PLACE-CLOSED = هذا المكان خارج الخدمة أو بلا طاقم.
beds-wrong-RH-PLACE-NONE = لا أحد يرقد هنا: اختر مكانا.
beds-wrong-RH-STAY-STATE = تغيرت الإقامة في هذه الأثناء. راجعها من جديد.
beds-wrong-RH-STAY-SAME-PLACE = المريض في هذا المكان من قبل.
beds-wrong-RH-STAY-BUSY = شخص آخر يغير الإقامة نفسها. أعد المحاولة.
beds-wrong-RH-STAY-ELSEWHERE = المريض في مكان آخر، أو متوفى.
beds-wrong-RH-STAY-DEAD = المريض مسجل كمتوفى.
beds-census = الإحصاء
beds-census-at = في (التاريخ والساعة)
beds-census-look = عرض
beds-census-none = لم يكن أحد في هذه المصلحة في تلك الدقيقة، ممن يمكنك رؤيتهم.
beds-census-wrong = أدخل تاريخا وساعة مضيا.
beds-census-count =
    { $n ->
        [zero] لا مريض حاضر
        [one] مريض واحد حاضر
        [two] مريضان حاضران
        [few] { $n } مرضى حاضرون
        [many] { $n } مريضا حاضرا
       *[other] { $n } مريض حاضر
    }
