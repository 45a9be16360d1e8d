## same: symbols of units that everybody reads, by UCUM code (a sign is written _, see `text/unit.rs`)

units-symbol-Cel = °C
units-symbol-mm_Hg_ = mmHg
units-symbol-m_H2O_ = mH₂O
units-symbol-cm_H2O_ = cmH₂O
units-symbol-10_3 = 10³
units-symbol-10_6 = 10⁶
units-symbol-10_9 = 10⁹
units-symbol-10_12 = 10¹²
units-symbol-um = µm
units-symbol-ug = µg
units-symbol-umol = µmol
units-symbol-uL = µL
units-symbol-m2 = m²
units-symbol-_in_i_ = in
units-symbol-_lb_av_ = lb
units-symbol-_pH_ = pH

units-symbol-_iU_ = UI
units-symbol-_IU_ = UI
units-symbol-m_iU_ = mUI
units-symbol-m_IU_ = mUI
units-symbol-u_iU_ = µUI
units-symbol-u_IU_ = µUI

## Units of results that are words, by UCUM code

units-symbol-a = سنة
units-symbol-mo = شهر
units-symbol-wk = أسبوع
units-symbol-d = يوم

## Units of doses, written out: by UCUM code, and by what is written where there is none

units-of-ug = { $n ->
    [few] ميكروغرامات
   *[other] ميكروغرام
}
units-of-mcg = { units-of-ug }
units-of-_xb5g = { units-of-ug }
units-of-_x3bcg = { units-of-ug }
units-of-ng = { $n ->
    [few] نانوغرامات
   *[other] نانوغرام
}
units-of-U = { $n ->
    [few] وحدات
   *[other] وحدة
}
units-of-u = { units-of-U }
units-of-UI = { units-of-U }
units-of-ui = { units-of-U }
units-of-IU = { units-of-U }
units-of-_iU_ = { units-of-U }
units-of-_IU_ = { units-of-U }
units-of-MU = { $n ->
    [few] ملايين وحدة
   *[other] مليون وحدة
}
units-of-M_iU_ = { units-of-MU }
units-of-k_iU_ = { $n ->
    [few] آلاف وحدة
   *[other] ألف وحدة
}
units-of-_tbl_ = { $n ->
    [few] أقراص
    [many] قرصًا
   *[other] قرص
}
units-of-_tablet_ = { units-of-_tbl_ }
units-of-tablet = { units-of-_tbl_ }
units-of-TAB = { units-of-_tbl_ }
units-of-_capsule_ = { $n ->
    [few] كبسولات
   *[other] كبسولة
}
units-of-capsule = { units-of-_capsule_ }
units-of-CAP = { units-of-_capsule_ }
units-of-_drp_ = { $n ->
    [few] قطرات
   *[other] قطرة
}
units-of-_drop_ = { units-of-_drp_ }
units-of-_puff_ = { $n ->
    [few] بخات
   *[other] بخة
}
units-of-puff = { units-of-_puff_ }
units-of-PUFF = { units-of-_puff_ }
units-of-_spray_ = { $n ->
    [few] رشات
   *[other] رشة
}
units-of-_sachet_ = { $n ->
    [few] أكياس
    [many] كيسًا
   *[other] كيس
}
units-of-_suppository_ = { $n ->
    [few] تحاميل
   *[other] تحميلة
}
units-of-SUPP = { units-of-_suppository_ }
units-of-_ampule_ = { $n ->
    [few] أمبولات
   *[other] أمبولة
}
units-of-AMP = { units-of-_ampule_ }
units-of-_vial_ = { $n ->
    [few] قوارير
   *[other] قارورة
}
units-of-VIAL = { units-of-_vial_ }
units-of-_patch_ = { $n ->
    [few] لصقات
   *[other] لصقة
}
units-of-PATCH = { units-of-_patch_ }
units-of-_applicatorful_ = { $n ->
    [few] دهنات
   *[other] دهنة
}
units-of-_dose_ = { $n ->
    [few] جرعات
   *[other] جرعة
}
units-of-mo = { $n ->
    [few] أشهر
    [many] شهرًا
   *[other] شهر
}
units-of-wk = { $n ->
    [few] أسابيع
    [many] أسبوعًا
   *[other] أسبوع
}
units-of-d = { $n ->
    [few] أيام
    [many] يومًا
   *[other] يوم
}
units-per = { $unit } لكل { $each }
units-to = { $low } إلى { $high }

## Ways of giving, by SNOMED CT, EDQM or HL7 code

units-route-26643006 = عن طريق الفم
units-route-20053000 = { units-route-26643006 }
units-route-PO = { units-route-26643006 }
units-route-47625008 = في الوريد
units-route-20045000 = { units-route-47625008 }
units-route-IV = { units-route-47625008 }
units-route-78421000 = في العضل
units-route-20035000 = { units-route-78421000 }
units-route-IM = { units-route-78421000 }
units-route-34206005 = تحت الجلد
units-route-20066000 = { units-route-34206005 }
units-route-SC = { units-route-34206005 }
units-route-SQ = { units-route-34206005 }
units-route-37161004 = عن طريق المستقيم
units-route-20061000 = { units-route-37161004 }
units-route-PR = { units-route-37161004 }
units-route-46713006 = في الأنف
units-route-20049000 = { units-route-46713006 }
units-route-54485002 = في العين
units-route-20051000 = { units-route-54485002 }
units-route-10547007 = في الأذن
units-route-20001000 = { units-route-10547007 }
units-route-6064005 = على الجلد
units-route-20003000 = { units-route-6064005 }
units-route-37839007 = تحت اللسان
units-route-20067000 = { units-route-37839007 }
units-route-SL = { units-route-37839007 }
units-route-16857009 = عن طريق المهبل
units-route-20072000 = { units-route-16857009 }
units-route-45890007 = عبر الجلد
units-route-20070000 = { units-route-45890007 }
units-route-447694001 = بالاستنشاق
units-route-20020000 = { units-route-447694001 }
units-route-372464004 = داخل الأدمة
units-route-72607000 = داخل القراب
units-route-404820008 = فوق الجافية
units-route-20009000 = { units-route-404820008 }
units-route-127492001 = أنبوب أنفي معدي

## How often

units-code-AM = صباحًا
units-code-PM = بعد الظهر
units-code-QD = مرة واحدة في اليوم
units-code-BID = مرتين في اليوم
units-code-TID = 3 مرات في اليوم
units-code-QID = 4 مرات في اليوم
units-code-QOD = يومًا بعد يوم
units-code-Q1H = كل ساعة
units-code-Q2H = كل ساعتين
units-code-Q3H = كل 3 ساعات
units-code-Q4H = كل 4 ساعات
units-code-Q6H = كل 6 ساعات
units-code-Q8H = كل 8 ساعات
units-code-BED = عند النوم
units-code-WK = مرة واحدة في الأسبوع
units-code-MO = مرة واحدة في الشهر

units-times = { $n ->
    [one] مرة واحدة
    [two] مرتين
    [few] { $count } مرات
   *[other] { $count } مرة
}
units-times-in-s = { $times } في الثانية
units-times-in-min = { $times } في الدقيقة
units-times-in-h = { $times } في الساعة
units-times-in-d = { $times } في اليوم
units-times-in-wk = { $times } في الأسبوع
units-times-in-mo = { $times } في الشهر
units-times-in-a = { $times } في السنة
units-times-every = { $times }، { $every }

units-every-s = { $n ->
    [two] كل ثانيتين
    [few] كل { $count } ثوانٍ
   *[other] كل { $count } ثانية
}
units-every-min = { $n ->
    [two] كل دقيقتين
    [few] كل { $count } دقائق
   *[other] كل { $count } دقيقة
}
units-every-h = { $n ->
    [two] كل ساعتين
    [few] كل { $count } ساعات
   *[other] كل { $count } ساعة
}
units-every-d = { $n ->
    [two] كل يومين
    [few] كل { $count } أيام
    [many] كل { $count } يومًا
   *[other] كل { $count } يوم
}
units-every-wk = { $n ->
    [two] كل أسبوعين
    [few] كل { $count } أسابيع
    [many] كل { $count } أسبوعًا
   *[other] كل { $count } أسبوع
}
units-every-mo = { $n ->
    [two] كل شهرين
    [few] كل { $count } أشهر
    [many] كل { $count } شهرًا
   *[other] كل { $count } شهر
}
units-every-a = { $n ->
    [two] كل سنتين
    [few] كل { $count } سنوات
   *[other] كل { $count } سنة
}

units-when-MORN = صباحًا
units-when-MORN_early = في الصباح الباكر
units-when-MORN_late = في آخر الصباح
units-when-NOON = ظهرًا
units-when-AFT = بعد الظهر
units-when-AFT_early = في أول ما بعد الظهر
units-when-AFT_late = في آخر ما بعد الظهر
units-when-EVE = مساءً
units-when-EVE_early = في أول المساء
units-when-EVE_late = في آخر المساء
units-when-NIGHT = ليلًا
units-when-PHS = بعد النوم
units-when-HS = عند النوم
units-when-WAKE = عند الاستيقاظ
units-when-C = مع الوجبات
units-when-CM = مع الفطور
units-when-CD = مع الغداء
units-when-CV = مع العشاء
units-when-AC = قبل الوجبات
units-when-ACM = قبل الفطور
units-when-ACD = قبل الغداء
units-when-ACV = قبل العشاء
units-when-PC = بعد الوجبات
units-when-PCM = بعد الفطور
units-when-PCD = بعد الغداء
units-when-PCV = بعد العشاء
units-when-offset = { $n ->
    [one] { $when } بدقيقة
    [two] { $when } بدقيقتين
    [few] { $when } بـ { $count } دقائق
   *[other] { $when } بـ { $count } دقيقة
}

units-day-mon = الإثنين
units-day-tue = الثلاثاء
units-day-wed = الأربعاء
units-day-thu = الخميس
units-day-fri = الجمعة
units-day-sat = السبت
units-day-sun = الأحد
units-on-days = يوم { $days }
units-at-times = على الساعة { $times }
units-and = { $some } و{ $last }
units-comma = { $some }، { $next }

## How long

units-length-s = { $n ->
    [one] ثانية
    [two] ثانيتين
    [few] { $count } ثوانٍ
   *[other] { $count } ثانية
}
units-length-min = { $n ->
    [one] دقيقة
    [two] دقيقتين
    [few] { $count } دقائق
   *[other] { $count } دقيقة
}
units-length-h = { $n ->
    [one] ساعة
    [two] ساعتين
    [few] { $count } ساعات
   *[other] { $count } ساعة
}
units-length-d = { $n ->
    [one] يوم واحد
    [two] يومين
    [few] { $count } أيام
    [many] { $count } يومًا
   *[other] { $count } يوم
}
units-length-wk = { $n ->
    [one] أسبوع واحد
    [two] أسبوعين
    [few] { $count } أسابيع
    [many] { $count } أسبوعًا
   *[other] { $count } أسبوع
}
units-length-mo = { $n ->
    [one] شهر واحد
    [two] شهرين
    [few] { $count } أشهر
    [many] { $count } شهرًا
   *[other] { $count } شهر
}
units-length-a = { $n ->
    [one] سنة واحدة
    [two] سنتين
    [few] { $count } سنوات
   *[other] { $count } سنة
}
units-during = لمدة { $length }
units-over = تُعطى خلال { $length }
units-from-until = من { $start } إلى { $end }
units-from = ابتداءً من { $start }
units-until = إلى غاية { $end }
units-in-all = { $n ->
    [one] جرعة واحدة في المجموع
    [two] جرعتان في المجموع
    [few] { $count } جرعات في المجموع
   *[other] { $count } جرعة في المجموع
}

units-as-needed = عند الحاجة
units-as-needed-for = عند الحاجة: { $reason }
units-rate = بسرعة { $rate }
units-at-most = بحد أقصى { $amount } خلال { $length }
units-at-most-per = بحد أقصى { $amount } لكل { $each }
units-then = ثم
units-also = وأيضًا
units-at-most-once = بحد أقصى { $amount } في كل مرة
units-at-most-ever = بحد أقصى { $amount } طوال الحياة
units-written = «{ $text }»
