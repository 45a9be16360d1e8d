# عمل النوبة: متأخر، آتٍ، جديد؛ قائمة الجولة.
shift-title = عمل النوبة
shift-wards = المصالح
shift-no-wards = لا توجد مصلحة مسجلة بها أسرّة.
shift-choose-ward = اختر مصلحة.
shift-order = ترتيب القائمة
shift-by-time = حسب الوقت
shift-by-patient = حسب المريض
shift-span = من { $from } إلى { $to }
shift-unknown = أوقات النوبات ليست سارية بعد: من { $from } إلى { $to }
shift-made = عُرضت على الساعة { $time }
shift-patients = { $n ->
    [zero] لا مرضى
    [one] مريض واحد
    [two] مريضان
    [few] { $n } مرضى
    [many] { $n } مريضا
   *[other] { $n } مريض
}
shift-late = { $n ->
    [zero] لا شيء متأخر
    [one] أمر واحد متأخر
    [two] أمران متأخران
    [few] { $n } أمور متأخرة
    [many] { $n } أمرا متأخرا
   *[other] { $n } أمر متأخر
}
shift-due = { $n ->
    [zero] لا شيء آتٍ حتى { $until }
    [one] أمر واحد آتٍ حتى { $until }
    [two] أمران آتيان حتى { $until }
    [few] { $n } أمور آتية حتى { $until }
    [many] { $n } أمرا آتيا حتى { $until }
   *[other] { $n } أمر آتٍ حتى { $until }
}
shift-new = { $n ->
    [zero] لا جديد منذ { $since }
    [one] أمر جديد واحد منذ { $since }
    [two] أمران جديدان منذ { $since }
    [few] { $n } أمور جديدة منذ { $since }
    [many] { $n } أمرا جديدا منذ { $since }
   *[other] { $n } أمر جديد منذ { $since }
}
shift-unseen = { $n ->
    [zero] كل مرضى هذه المصلحة معروضون.
    [one] مريض واحد في هذه المصلحة ليس تحت رعايتك، ولا يُعرض.
    [two] مريضان في هذه المصلحة ليسا تحت رعايتك، ولا يُعرضان.
    [few] { $n } مرضى في هذه المصلحة ليسوا تحت رعايتك، ولا يُعرضون.
    [many] { $n } مريضا في هذه المصلحة ليسوا تحت رعايتك، ولا يُعرضون.
   *[other] { $n } مريض في هذه المصلحة ليسوا تحت رعايتك، ولا يُعرضون.
}
shift-cut = القائمة غير كاملة.
shift-none = لا يوجد في هذه المصلحة مريض تحت رعايتك.
shift-nothing = لا شيء ينتظر.
shift-mark-late = متأخر
shift-mark-due = آتٍ
shift-mark-new = جديد
shift-unnamed = بدون اسم
shift-signs = العلامات الحيوية
shift-signs-never = العلامات الحيوية: لا قياس منذ 24 ساعة
shift-signs-always = مراقبة مستمرة
shift-request = طلب
shift-draft = طلب ينتظر التوقيع
shift-stopped = طلب أُوقف
shift-state-requested = ينتظر القبول
shift-state-accepted = مقبول
shift-state-in-progress = قيد الإنجاز
shift-state-on-hold = معلّق
shift-state-draft = ينتظر التوقيع
shift-result = نتيجة للقراءة
shift-result-abnormal = نتيجة غير عادية للقراءة
shift-result-critical = نتيجة حرجة للقراءة
shift-call = نداء حرج
shift-call-until = { $role }، قبل { $until }
shift-sign = ينتظر توقيعا ثانيا
shift-came = وصول إلى المصلحة
shift-leaves = خروج متوقع
shift-decided = تقرر الخروج
shift-handovers = تسليم النوبة
shift-handover = تسليم
shift-handover-missing = { $n ->
    [zero] كُتبت كلها
    [one] مريض واحد بدون تسليم
    [two] مريضان بدون تسليم
    [few] { $n } مرضى بدون تسليم
    [many] { $n } مريضا بدون تسليم
   *[other] { $n } مريض بدون تسليم
}
shift-handover-signed = وقّعه أيضا
shift-handover-waits = ينتظر التوقيع الثاني
shift-handover-none = لا تسليم
shift-handover-write = كتابة تسليم النوبة
shift-round = قائمة الجولة
shift-back = عمل النوبة
shift-print = طباعة
shift-patient = المريض
shift-known = سبب الدخول والعلامات والطلبات وآخر تقييم
shift-to-note = للتدوين
shift-day = { $n ->
    [zero] دخل في { $since }، يوم الدخول
   *[other] دخل في { $since }، اليوم { $n }
}
shift-allergies = حساسية:
shift-severe = شديدة
shift-allergies-none = لا حساسية معروفة
shift-allergies-not-asked = لم يُسأل عن الحساسية
shift-no-signs = لا قياس منذ 24 ساعة
shift-requests = الطلبات:
shift-urgent = مستعجل
shift-trend-up = في ارتفاع
shift-trend-down = في انخفاض
shift-trend-same = مستقر
shift-printed = طبعها { $by } ({ $role })، { $at }
